"""Logging in, from the first question to the closing line, in one dialog."""
