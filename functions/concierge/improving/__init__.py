"""Learning from open questions: drafts that an operator accepts, edits or rejects."""
