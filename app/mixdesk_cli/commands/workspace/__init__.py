"""``mp workspace``: the data view that calls go through."""
