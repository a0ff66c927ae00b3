"""What may come in, what may be quoted and what may go out: rules that name themselves."""
