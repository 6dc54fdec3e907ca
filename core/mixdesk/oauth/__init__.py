"""How tokens come: the authorization server, its token endpoint, and the one refresh."""
