"""The screens, a folder each: screen, state, style."""
