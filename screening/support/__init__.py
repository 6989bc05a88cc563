"""Support periods: what was planned for a pupil, what came of it, and where files say so."""
