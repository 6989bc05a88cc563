"""Absence as context: one share per pupil and window, never a signal of its own."""
