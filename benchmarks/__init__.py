"""Measurements: each module is one command that prints its figures."""
