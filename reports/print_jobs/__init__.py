"""Large prints: ordered on a page or on the command line, made class by class by workers, kept for a while."""
