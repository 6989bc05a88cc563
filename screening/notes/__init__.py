"""Notes of the elevhälsa: a zone of their own, with its own permission and its own log (OSL 23:2)."""
