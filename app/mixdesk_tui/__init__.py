"""The terminal app: screens, keys and words on top of the core. No files, no HTTP, no rules."""
