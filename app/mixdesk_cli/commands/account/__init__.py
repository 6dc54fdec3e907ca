"""``mp account``: who logs in."""
