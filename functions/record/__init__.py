"""RecordFunction: queued events into profiles and the archive."""
