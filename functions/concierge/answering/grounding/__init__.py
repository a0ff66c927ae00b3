"""Whether every sentence of a generated text is supported by a passage that it cites."""
