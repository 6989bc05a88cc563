"""What the pages and the command about imported files say."""
