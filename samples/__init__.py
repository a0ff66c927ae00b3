"""A small bilingual shop: its catalogue and knowledge as files, its history as a program."""
