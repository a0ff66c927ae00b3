"""Valid things of a shop, to be changed where a test cares: `make_product(price=3.0)`."""

from datetime import UTC, datetime

from concierge.answering.open_questions import OpenQuestion
from concierge.improving.draft import Draft, Suggestion
from concierge.shop.catalogue import Product
from concierge.shop.events import Event, EventType
from concierge.shop.knowledge import Entry
from concierge.shop.profile import Action, Actor, Profile

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def make_product(**overrides):
    """Return a red mug that is in stock."""
    values = {
        "item_id": "mug-red",
        "title": "Red mug",
        "description": "A stoneware mug for tea or coffee.",
        "category": ("Kitchen", "Mugs"),
        "brand": "Hearth",
        "price": 12.5,
        "currency": "EUR",
    }
    return Product(**(values | overrides))


def make_event(**overrides):
    """Return a view of the red mug by customer `ada`, one minute before NOW."""
    values = {
        "event_id": "event-1",
        "type": EventType.VIEW,
        "occurred_at": datetime(2026, 11, 23, 11, 59, tzinfo=UTC),
        "customer_id": "ada",
        "item_id": "mug-red",
    }
    return Event(**(values | overrides))


def make_entry(**overrides):
    """Return a question about delivery with its answer."""
    values = {
        "entry_id": "delivery-time",
        "question": "How long does delivery take?",
        "variants": ("When will my parcel arrive?",),
        "answer": "Two to four working days.",
        "language": "en",
    }
    return Entry(**(values | overrides))


def make_action(**overrides):
    """Return a view of the red mug, one minute before NOW."""
    values = {
        "type": EventType.VIEW,
        "at": NOW.timestamp() - 60,
        "weight": 1.0,
        "item_id": "mug-red",
    }
    return Action(**(values | overrides))


def make_profile(customer_id="ada", **overrides):
    """Return the profile of a customer who did nothing yet."""
    return Profile(**({"actor": Actor("customer", customer_id)} | overrides))


def make_session(session_id="s-1", **overrides):
    """Return the profile of an anonymous session that did nothing yet."""
    return Profile(**({"actor": Actor("session", session_id)} | overrides))


def make_open_question(**overrides):
    """Return a question in a conversation of its own whose answer was disliked."""
    values = {
        "answer_id": "c.1",
        "at": NOW.timestamp() - 3600,
        "question": "Do you wrap gifts?",
        "language": "en",
        "reason": "disliked",
    }
    return OpenQuestion(**(values | overrides))


def make_draft(**overrides):
    """Return an open draft of three customers about gift wrapping, which no entry covers."""
    values = {
        "draft_id": "draft-1",
        "question": "Do you wrap gifts?",
        "language": "en",
        "examples": ("Do you wrap gifts?", "Is gift wrapping possible?"),
        "members": ("a.1", "b.1", "c.1"),
        "size": 3,
        "languages": {"en": 3},
        "reasons": {"unanswered": 3},
        "suggestion": Suggestion("entry", variants=("Is gift wrapping possible?",)),
        "created_at": NOW.timestamp(),
        "updated_at": NOW.timestamp(),
    }
    return Draft(**(values | overrides))
