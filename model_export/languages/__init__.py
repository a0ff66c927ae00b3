"""Language packs: words of another language, placed in the vector space of a frozen encoder."""
