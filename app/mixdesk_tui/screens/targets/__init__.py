"""Saved places to work."""
