"""Builds the runtime layer: third-party wheels for one Python and processor, pruned and compiled."""
