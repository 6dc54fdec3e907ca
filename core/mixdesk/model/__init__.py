"""What things are: data without input or output."""
