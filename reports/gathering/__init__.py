"""From the database to figures: the last rooms that see it. Few questions, always about a class at once."""
