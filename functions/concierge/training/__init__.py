"""Learning from the event archive."""
