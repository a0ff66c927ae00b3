"""Puts the pieces together, one module a function, so that each imports only what it runs."""
