"""Styrning: what the initiative has chosen, on one page, with who, when and why."""
