"""Flows: what a shop declares to be asked for, looked up and told."""
