"""One file a scenario; each has ``rows()``."""
