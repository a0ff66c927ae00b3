"""Taking in what the shop sends: files from the inbox and live events."""
