"""Language models that write: decoders (GPT-2) and encoder-decoders (T5), exported with their cache."""
