"""How good and how fast an exported model is."""
