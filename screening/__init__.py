"""What the scores mean, and what we decide."""
