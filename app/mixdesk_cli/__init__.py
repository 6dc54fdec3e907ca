"""The `mp` command line: words and columns over :mod:`mixdesk.ops`."""
