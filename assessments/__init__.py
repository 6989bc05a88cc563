"""Who is assessed, with what, when, and what they score."""
