"""What users do: ask what must be asked, then change the world."""
