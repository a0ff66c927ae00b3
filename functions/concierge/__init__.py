"""Concierge: recommendations, answers and search for online shops."""

__version__ = "0.1.0"
