"""What an account, a target and a session look like in each format."""
