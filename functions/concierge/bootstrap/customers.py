"""What CustomersFunction runs on."""

from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.bootstrap.clients import client
from concierge.settings import CustomersSettings
from concierge.shop.customers import Customers


def customers(settings: CustomersSettings) -> Customers:
    """Return what reads, corrects and erases profiles."""
    return Customers(DynamoProfiles(client("dynamodb"), settings.profiles_table))
