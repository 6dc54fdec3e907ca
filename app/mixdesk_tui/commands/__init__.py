"""Commands: one class for each thing a user can do; keys, footer, palette and help come from it."""
