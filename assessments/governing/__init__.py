"""What the initiative chooses together: from when, who, why, and what holds where nobody has chosen."""
