"""Who am I, why, for how long, and is anything wrong."""
