"""What surrounds the functions: the local stack today, nested templates later."""
