"""CustomersFunction: the entry point named in template.yaml."""

import os

from concierge.bootstrap.customers import customers
from concierge.settings import CustomersSettings
from customers.app import make_handler

handler = make_handler(customers(CustomersSettings.from_env(os.environ)))
