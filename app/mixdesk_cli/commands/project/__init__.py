"""``mp project``: what calls are about."""
