"""Which keys do what: as they are made, and as the user wants them."""
