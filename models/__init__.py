"""What things are: immutable records and pure functions."""
