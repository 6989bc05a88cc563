"""People, functions and dated duties in bulk, from a file."""
