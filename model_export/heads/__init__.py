"""Linear heads on the sentence vector: trained from a labelled file, kept with the model."""
