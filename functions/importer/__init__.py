"""ImporterFunction."""
