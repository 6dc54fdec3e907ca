"""What mixdesk promises about speed, measured beside what a user would pick instead.

``python -m bench`` runs every scenario and prints one table; ``python -m bench NAME`` runs one.
The budgets are those of the documentation; past one and a half times a budget the run fails.
"""
