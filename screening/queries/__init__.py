"""What the pages of this room print, one module per subject: frozen rows, in the order they are printed."""
