"""How Mixpanel is asked: addresses, one transport, typed errors."""
