"""Large prints: ordered on a page or by a command, made class by class by workers, kept for a while."""
