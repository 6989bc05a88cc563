"""Programs that ask in somebody's name: their tokens, what they may, and what they are told of addresses."""
