"""Which events of a batch change the same profiles, and so are committed together."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from concierge.shop.events import Event

# A DynamoDB transaction takes 100 items: a marker for each event, a profile and a session.
MOST_EVENTS = 90


@dataclass(frozen=True, slots=True)
class Delivery:
    """An event with the queue's message that brought it."""

    message_id: str
    event: Event


@dataclass(slots=True)
class Visit:
    """Deliveries of one customer in one session; one of the two ids may be empty."""

    customer_id: str
    session_id: str
    deliveries: list[Delivery] = field(default_factory=list)


def visits(deliveries: Iterable[Delivery]) -> list[Visit]:
    """Group deliveries in the order of time.

    A session in which the customer changes gives one visit after the other, so that what was done
    after a login counts for the one who logged in.
    """
    found: list[Visit] = []
    latest: dict[tuple[str, str], Visit] = {}
    for delivery in sorted(deliveries, key=lambda each: each.event.occurred_at):
        event = delivery.event
        strand = ("session", event.session_id) if event.session_id else ("", event.customer_id)
        visit = latest.get(strand)
        if (
            visit is None
            or visit.customer_id != event.customer_id
            or len(visit.deliveries) == MOST_EVENTS
        ):
            visit = latest[strand] = Visit(event.customer_id, event.session_id)
            found.append(visit)
        visit.deliveries.append(delivery)
    return found
