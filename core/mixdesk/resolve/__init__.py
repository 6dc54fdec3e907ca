"""Which account, project and workspace apply, and why."""
