"""What a model folder says about itself: where it came from, its configuration, weights, tokenizer."""
