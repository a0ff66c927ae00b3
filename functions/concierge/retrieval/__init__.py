"""Finding things: lexical and vector indexes, filters and the snapshots that hold them."""
