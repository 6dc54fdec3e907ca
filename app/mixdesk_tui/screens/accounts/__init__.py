"""Every account, and what can be done with it."""
