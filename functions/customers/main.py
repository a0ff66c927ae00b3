"""CustomersFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from concierge.bootstrap.customers import customers
from concierge.http import allowing
from concierge.settings import CustomersSettings
from customers.app import make_handler

settings = CustomersSettings.from_env(os.environ)
handler = allowing(settings.allowed_origin, make_handler(customers(settings)))
concierge.startup.finish()
