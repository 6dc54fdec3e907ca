"""A made-up Mixpanel for the demo and for tests. Nobody in it exists."""
