"""TrainFunction."""
