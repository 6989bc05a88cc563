"""From the database to figures: the last rooms that see it. Few questions, always about a whole class at once."""
