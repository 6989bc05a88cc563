"""What of a pupil is told to others: chosen part by part, gathered once and then frozen."""
