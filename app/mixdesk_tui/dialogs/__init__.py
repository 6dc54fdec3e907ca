"""Questions and forms; each answers with a typed value."""
