"""Logging in: several steps, one outcome."""
