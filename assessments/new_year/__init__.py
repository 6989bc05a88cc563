"""A new academic year at a school: all classes move up at once, and that can be taken back."""
