"""What people do in the shop of these tests, and how it shows."""

import uuid
from datetime import UTC, datetime
from urllib.parse import quote


def new_id(name):
    """Return an id that no other test uses."""
    return f"{name}-{uuid.uuid4().hex[:8]}"


def event(event_type="view", **fields):
    """Return an event of this moment."""
    return {
        "event_id": str(uuid.uuid4()),
        "type": event_type,
        "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    } | fields


def profile_of(shop, customer_id, method="GET", body=None):
    """Read, or otherwise treat, the profile of a customer."""
    return shop.request(method, f"/v1/customers/{quote(customer_id, safe='')}", body)


def recommended(shop, **asked):
    """Return the recommended items."""
    reply = shop.request("POST", "/v1/recommendations", asked)
    assert reply.status == 200, reply
    return reply.body["items"]


def ids(found):
    """Return the ids of items or hits, in their order."""
    return [each["item_id"] for each in found]


def names(items, title):
    """Tell whether a reason names a product."""
    return any(title in item["reason"] for item in items)
