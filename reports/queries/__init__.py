"""What the pages of this room print, fetched whole and in order: one module per page."""
