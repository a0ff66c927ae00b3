"""Text from a small language model on the CPU: what to say next, token by token."""
