"""The trail: its chains, what it tells, and the alarms it raises."""
