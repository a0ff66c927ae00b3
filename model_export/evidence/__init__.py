"""What a published model carries to prove itself."""
