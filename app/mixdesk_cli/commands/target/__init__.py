"""``mp target``: saved sets of account, project and workspace."""
