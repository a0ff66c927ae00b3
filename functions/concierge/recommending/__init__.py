"""Choosing products for one customer now, and saying why."""
