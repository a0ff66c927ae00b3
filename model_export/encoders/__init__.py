"""The graph of an encoder: exported, fused, given a head, quantised, optimised ahead of time."""
