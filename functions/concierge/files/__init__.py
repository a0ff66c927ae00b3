"""Files as bytes, lines and rows, before anything is known of what they hold."""
