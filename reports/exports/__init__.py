"""Everything a municipality owns, in open formats with a dictionary; and back into an empty Lässpår."""
