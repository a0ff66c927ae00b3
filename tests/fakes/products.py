"""The shop's products in memory."""

from concierge.errors import UnknownItem


class InMemoryProducts:
    """Knows the products that it was given."""

    def __init__(self, *products):
        self._products = {product.item_id: product for product in products}

    def product(self, item_id):
        if item_id not in self._products:
            raise UnknownItem(f"{item_id!r} is not in the catalogue")
        return self._products[item_id]
