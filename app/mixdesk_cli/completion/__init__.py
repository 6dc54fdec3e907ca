"""Completing a command line in a shell: what may come next, from disk and without a network."""
