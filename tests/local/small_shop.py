"""What the shop of these tests sells and knows, as the files that it drops in its inbox."""

import json
from datetime import UTC, datetime, timedelta

CATALOGUE = "small.jsonl"
COLOURS = ("Green", "Blue", "Red", "Grey", "White", "Black")
TENTS, KETTLES, NOVELS, TEAS, AUDIO = (
    "outdoor > camping",
    "kitchen > appliances",
    "books > fiction",
    "food > tea",
    "electronics > audio",
)


def product(item_id, title, description, category, **more):
    return {
        "item_id": item_id,
        "title": title,
        "description": description,
        "category": category,
        "brand": "Alder",
        "price": 10.0,
        "currency": "EUR",
        "in_stock": True,
        "language": "en",
    } | more


PRODUCTS = [
    product(
        f"{kind}-{number}",
        f"{colour} {noun}",
        f"{colour} {noun} {purpose}",
        category,
        brand="Alder" if number % 2 else "Birch",
        price=10.0 + number,
    )
    for kind, noun, purpose, category in (
        ("tent", "tent", "for two people who camp in the mountains", TENTS),
        ("kettle", "kettle", "that boils water for tea in two minutes", KETTLES),
        ("novel", "crime novel", "about a detective in a small harbour town", NOVELS),
    )
    for number, colour in enumerate(COLOURS, 1)
] + [
    product("tent-gone", "Orange tent", "Orange tent for one person", TENTS, in_stock=False),
    product(
        "headphones-1",
        "Wireless Bluetooth headphones",
        "Over-ear headphones with noise cancelling for the train",
        AUDIO,
    ),
    product("tea-1", "西湖龙井绿茶", "杭州明前采摘的龙井绿茶，清香甘甜。", TEAS, language="zh"),
    product("tea-2", "云南普洱熟茶", "勐海古树发酵的普洱茶饼，醇厚回甘。", TEAS, language="zh"),
]
IDS = {each["item_id"] for each in PRODUCTS}


def entry(entry_id, question, variants, answer, language):
    return {
        "entry_id": entry_id,
        "question": question,
        "variants": variants,
        "answer": answer,
        "language": language,
    }


KNOWLEDGE = [
    entry(
        "returns-en",
        "How can I return an item?",
        ["Can I send something back?"],
        "Send it back within 30 days with the label from your order page.",
        "en",
    ),
    entry(
        "delivery-en",
        "How long does delivery take?",
        ["When will my parcel arrive?"],
        "Delivery takes two to four working days.",
        "en",
    ),
    entry(
        "students-en",
        "Do you have a student discount?",
        ["Is there a reduction for students?"],
        "Students get ten per cent off.",
        "en",
    ),
    entry(
        "returns-zh",
        "怎么退货？",
        ["我想退货怎么办？"],
        "请在30天内用订单页面上的标签寄回。",
        "zh",
    ),
]
WARRANTY = """# Warranty

## What is covered

Every kettle has a guarantee of five years against a broken heating element.

## How to claim

Write to us with the serial number of the kettle and a photo of the damage.
"""

READER = "reads novels"


def happened(number, days_ago, event_type, customer_id, item_id):
    return {
        "event_id": f"history-{number}",
        "type": event_type,
        "customer_id": customer_id,
        "item_id": item_id,
        "occurred_at": (datetime.now(UTC) - timedelta(days=days_ago)).isoformat(timespec="seconds"),
    }


# Many bought one tent, and one looked at novels.
HISTORY = [happened(n, 3, "purchase", f"buyer-{n}", "tent-6") for n in range(30)] + [
    happened(30, 2, "view", READER, "novel-2"),
    happened(31, 1, "view", READER, "novel-1"),
]


def json_lines(rows):
    return b"".join(json.dumps(row, ensure_ascii=False).encode() + b"\n" for row in rows)
