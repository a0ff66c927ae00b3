"""A profile as one line of JSON: compact, with its schema inside, never too large to keep."""

import json
from dataclasses import replace
from typing import Any

from concierge.errors import Unavailable
from concierge.shop.events import EventType
from concierge.shop.pace import Pace
from concierge.shop.profile import Action, Actor, Bought, Profile

SCHEMA = 2
# A DynamoDB item may have 400 KB; 300 purchases of items with long ids would have more.
MOST_BYTES = 350_000


def to_json(profile: Profile) -> str:
    """Return the profile without actor and version; one too large forgets its oldest half."""
    text = _dumped(profile)
    while len(text.encode()) > MOST_BYTES and (
        profile.actions or profile.purchases or profile.tags or profile.shown
    ):
        profile = _newer_half(profile)
        text = _dumped(profile)
    return text


def from_json(actor: Actor, version: int, text: str) -> Profile:
    """Return the profile that `to_json` wrote, or raise Unavailable where that was newer code."""
    record = json.loads(text)
    if record["schema"] > SCHEMA:
        raise Unavailable(
            f"a profile has schema {record['schema']} and this version reads up to {SCHEMA}; "
            "deploy the version that wrote it"
        )
    return Profile(
        actor=actor,
        version=version,
        as_of=record.get("as_of", 0.0),
        actions=tuple(_action(*fields) for fields in record.get("actions", ())),
        tags=record.get("tags", {}),
        purchases={
            item_id: _purchase(found) for item_id, found in record.get("purchases", {}).items()
        },
        shown={
            item_id: (int(count), float(at))
            for item_id, (count, at) in record.get("shown", {}).items()
        },
        muted=frozenset(record.get("muted", ())),
        personalization=record.get("personalization", "full"),
        merged_into=record.get("merged_into", ""),
        imports=tuple(record.get("imports", ())),
        sessions=tuple(record.get("sessions", ())),
        pace=Pace(*record.get("pace", ())),
    )


def _dumped(profile: Profile) -> str:
    record: dict[str, Any] = {
        "as_of": profile.as_of,
        "actions": [
            (each.type.value, each.at, each.weight, each.item_id, each.query)
            for each in profile.actions
        ],
        "tags": dict(profile.tags),
        "purchases": {
            item_id: (bought.at, bought.times, bought.memory)
            for item_id, bought in profile.purchases.items()
        },
        "shown": dict(profile.shown),
        "muted": sorted(profile.muted),
        "personalization": "" if profile.personalization == "full" else profile.personalization,
        "merged_into": profile.merged_into,
        "imports": profile.imports,
        "sessions": profile.sessions,
        "pace": (profile.pace.as_of, profile.pace.levels) if profile.pace.levels else (),
    }
    kept = {name: value for name, value in record.items() if value}
    return json.dumps({"schema": SCHEMA, **kept}, ensure_ascii=False, separators=(",", ":"))


def _action(type_name: str, at: float, weight: float, item_id: str, query: str) -> Action:
    return Action(EventType(type_name), at, weight, item_id, query)


def _purchase(found: Any) -> Bought:
    """Return a purchase; the first schema had the moment of the latest alone."""
    return Bought(*found) if isinstance(found, list) else Bought(found)


def _newer_half(profile: Profile) -> Profile:
    """Actions are kept newest first, tags strongest first."""
    newest = sorted(profile.purchases.items(), key=lambda pair: -pair[1].at)
    return replace(
        profile,
        actions=profile.actions[: len(profile.actions) // 2],
        purchases=dict(newest[: len(newest) // 2]),
        shown={},
        tags=dict(list(profile.tags.items())[: len(profile.tags) // 2]),
    )
