"""SearchFunction: search and suggestions."""
