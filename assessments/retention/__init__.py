"""How long each kind of record about a pupil is kept, by the municipality's own decision; and disposal."""
