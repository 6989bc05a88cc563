"""Tables of this room that are made out of others. What stands in them is nothing that a person has said, and
it goes with the pupil, school or class that it was made of."""

TABLES = ("counted_pupil", "school_count", "judgement", "former_judgement", "flag")
