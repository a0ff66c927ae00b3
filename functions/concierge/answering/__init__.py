"""Answering customers from the shop's own knowledge."""
