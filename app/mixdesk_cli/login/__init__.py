"""Logging in from the command line: what is said, what is asked, and what is typed."""
