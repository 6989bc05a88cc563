"""How long each kind of record is kept about a pupil, by the municipality's own decision, and its disposal."""
