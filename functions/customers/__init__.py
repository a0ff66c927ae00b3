"""CustomersFunction: what is kept about one customer."""
