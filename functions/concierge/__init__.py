"""Concierge: recommendations, answers and search for online shops."""
