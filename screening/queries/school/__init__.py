"""What the principal's page prints, a part in each module."""
