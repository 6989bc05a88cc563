"""What is kept about one pupil, by a register that every room fills: the pupil's whole record, on asking."""
