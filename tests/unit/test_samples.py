import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from concierge.shop.catalogue import parse_row
from concierge.shop.events import parse_event
from concierge.shop.knowledge import parse_entry
from samples import history as past
from samples.customers import NAMED
from samples.shelves import CATALOGUE, read_items, read_rows
from samples.wishes import WISHES, wishes

KNOWLEDGE = CATALOGUE.parent / "knowledge"
COLUMNS = {
    "item_id", "title", "description", "category", "brand", "price", "currency", "in_stock",
    "language", "url", "attributes", "created_at",
}  # fmt: skip
ENGLISH_ONLY = {
    "student-discount",
    "engraving",
    "old-electronics",
    "business-orders",
    "bike-fitting",
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
NUMBER = re.compile(r"\d[\d.,:]*\d|\d")


def read_entries(name: str) -> dict[str, dict[str, Any]]:
    """The entries by their name without the language."""
    lines = (KNOWLEDGE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return {entry["entry_id"][3:]: entry for entry in map(json.loads, lines)}


@pytest.fixture(scope="module")
def products() -> list[dict[str, Any]]:
    return list(read_rows())


@pytest.fixture(scope="module")
def english() -> dict[str, dict[str, Any]]:
    return read_entries("questions-english")


@pytest.fixture(scope="module")
def chinese() -> dict[str, dict[str, Any]]:
    return read_entries("questions-chinese")


@pytest.fixture(scope="module")
def events() -> list[dict[str, Any]]:
    return past.history()


def looks_by_customer(events: list[dict[str, Any]]) -> Iterator[tuple[str, Counter[str]]]:
    """Each customer's looks, counted by the first two levels of the category."""
    categories = {item.item_id: item.category for item in read_items()}
    looks: dict[str, Counter[str]] = defaultdict(Counter)
    for event in events:
        if event["type"] == "view" and "customer_id" in event:
            branch = " > ".join(categories[event["item_id"]].split(" > ")[:2])
            looks[event["customer_id"]][branch] += 1
    yield from looks.items()


def test_the_catalogue_is_large_enough_in_both_languages(products: list[dict[str, Any]]) -> None:
    languages = Counter(product["language"] for product in products)

    assert languages["en"] >= 280
    assert languages["zh"] >= 40
    assert set(languages) == {"en", "zh"}


def test_every_product_has_every_column_filled(products: list[dict[str, Any]]) -> None:
    for product in products:
        assert set(product) == COLUMNS, product["item_id"]
        assert all(product[column] not in ("", None, {}) for column in COLUMNS), product["item_id"]


def test_the_import_takes_every_product_entry_and_event(
    products: list[dict[str, Any]],
    english: dict[str, dict[str, Any]],
    chinese: dict[str, dict[str, Any]],
    events: list[dict[str, Any]],
) -> None:
    taken = [parse_row(product).item_id for product in products]
    assert taken == [product["item_id"] for product in products]
    entries = [*english.values(), *chinese.values()]
    found = [parse_entry(entry).entry_id for entry in entries]
    assert found == [entry["entry_id"] for entry in entries]
    found = [parse_event(event, past.REFERENCE).event_id for event in events]
    assert found == [event["event_id"] for event in events]


def test_item_ids_are_unique(products: list[dict[str, Any]]) -> None:
    assert len({product["item_id"] for product in products}) == len(products)


def test_titles_differ_within_a_language(products: list[dict[str, Any]]) -> None:
    titles = Counter((product["language"], product["title"]) for product in products)

    assert titles.most_common(1)[0][1] == 1


def test_categories_are_paths_of_three_levels_in_many_departments(
    products: list[dict[str, Any]],
) -> None:
    paths = [product["category"].split(" > ") for product in products]

    assert {len(path) for path in paths} == {3}
    assert len({path[0] for path in paths}) >= 10


def test_a_few_products_are_out_of_stock() -> None:
    absent = [item for item in read_items() if not item.in_stock]

    assert 3 <= len(absent) <= 15


def test_descriptions_are_of_readable_length_and_repeat_no_sentence(
    products: list[dict[str, Any]],
) -> None:
    sentences: Counter[str] = Counter()
    for product in products:
        text = product["description"]
        if product["language"] == "en":
            assert 25 <= len(text.split()) <= 60, product["item_id"]
        else:
            assert 40 <= len(text) <= 140, product["item_id"]
        sentences.update(s for s in re.split(r"[.。]\s*", text) if len(s) > 20)

    assert sentences.most_common(1)[0][1] <= 2


def test_chinese_products_are_written_in_chinese(products: list[dict[str, Any]]) -> None:
    for product in products:
        written = bool(CHINESE.search(product["title"]))
        assert written == (product["language"] == "zh"), product["item_id"]


def test_prices_and_dates_can_be_read(products: list[dict[str, Any]]) -> None:
    for product in products:
        assert 1 < float(product["price"]) < 500
        assert datetime.fromisoformat(product["created_at"]) < past.REFERENCE
        if isinstance(product["attributes"], str):
            assert isinstance(json.loads(product["attributes"]), dict)


def test_the_catalogue_comes_as_json_lines_and_as_csv() -> None:
    with (CATALOGUE / "chinese-range.csv").open(encoding="utf-8", newline="") as text:
        assert len(list(csv.DictReader(text))) >= 40
    assert (CATALOGUE / "general-store.jsonl").is_file()


def test_there_are_enough_questions_in_both_languages(
    english: dict[str, dict[str, Any]], chinese: dict[str, dict[str, Any]]
) -> None:
    assert len(english) >= 65
    assert len(chinese) >= 65


def test_five_entries_exist_in_english_only(
    english: dict[str, dict[str, Any]], chinese: dict[str, dict[str, Any]]
) -> None:
    assert english.keys() - chinese.keys() == ENGLISH_ONLY
    assert not chinese.keys() - english.keys()


def test_every_entry_has_variants_tags_and_an_address(
    english: dict[str, dict[str, Any]], chinese: dict[str, dict[str, Any]]
) -> None:
    for entry in [*english.values(), *chinese.values()]:
        assert 2 <= len(entry["variants"]) <= 5, entry["entry_id"]
        assert entry["tags"], entry["entry_id"]
        assert entry["url"].startswith("https://shop.example/")
        assert entry["entry_id"].startswith(f"{entry['language']}-")
        assert bool(CHINESE.search(entry["question"])) == (entry["language"] == "zh")


@pytest.mark.parametrize("name", ["questions-english", "questions-chinese"])
def test_nothing_is_asked_twice(name: str) -> None:
    asked = Counter(
        question
        for entry in read_entries(name).values()
        for question in (entry["question"], *entry["variants"])
    )

    assert [question for question, times in asked.items() if times > 1] == []


def test_both_languages_give_the_same_figures(
    english: dict[str, dict[str, Any]], chinese: dict[str, dict[str, Any]]
) -> None:
    months = {"11", "12"}  # English spells them out
    for name, entry in chinese.items():
        here, there = (
            set(NUMBER.findall(e["answer"])) - (months if name == "return-period" else set())
            for e in (entry, english[name])
        )
        assert here == there, name


@pytest.mark.parametrize("policy", ["shipping-policy", "returns-policy"])
def test_a_policy_and_its_translation_give_the_same_figures(policy: str) -> None:
    months = {"11", "12"}
    there, here = (
        set(NUMBER.findall((KNOWLEDGE / f"{name}.md").read_text(encoding="utf-8"))) - months
        for name in (policy, f"{policy}-chinese")
    )

    assert here == there


@pytest.mark.parametrize(
    ("entry", "policy"),
    [
        ("shipping-cost", "shipping-policy"),
        ("delivery-time", "shipping-policy"),
        ("pickup-point", "shipping-policy"),
        ("bulky-goods", "shipping-policy"),
        ("lost-parcel", "shipping-policy"),
        ("return-period", "returns-policy"),
        ("refund-time", "returns-policy"),
        ("refund-method", "returns-policy"),
        ("return-without-packaging", "returns-policy"),
        ("warranty", "returns-policy"),
        ("repair-time", "returns-policy"),
    ],
)
def test_answers_give_the_figures_of_the_policy(
    english: dict[str, dict[str, Any]], entry: str, policy: str
) -> None:
    figures = set(NUMBER.findall((KNOWLEDGE / f"{policy}.md").read_text(encoding="utf-8")))
    unsaid = set(NUMBER.findall(english[entry]["answer"])) - figures

    assert unsaid - {"1"} == set()  # the phone call a day before is not policy


def test_policies_are_cut_by_headings() -> None:
    for path in KNOWLEDGE.glob("*.md"):
        text = path.read_text(encoding="utf-8")
        assert text.startswith("# ")
        assert text.count("\n## ") >= 6


def test_the_history_is_long_enough(events: list[dict[str, Any]]) -> None:
    assert len(events) >= 2_500
    assert len({e["customer_id"] for e in events if "customer_id" in e}) >= 130
    assert len({e["session_id"] for e in events if "session_id" in e}) >= 20
    assert {e["type"] for e in events} == {
        "view", "search", "add_to_cart", "remove_from_cart", "purchase", "rating",
    }  # fmt: skip


def test_history_is_the_same_for_the_same_day_and_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        past.main(["--until", "2026-03-05T17:00:00+01:00", "--out", str(tmp_path / name)])
    past.main(["--until", "2026-03-05", "--seed", "7", "--out", str(tmp_path / "other")])

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "other").read_bytes()


def test_history_can_be_written_packed_or_to_standard_output(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    past.main(["--out", str(tmp_path / "history.jsonl.gz")])
    capfdbinary.readouterr()
    past.main([])

    printed = capfdbinary.readouterr().out
    assert gzip.decompress((tmp_path / "history.jsonl.gz").read_bytes()) == printed


def test_the_history_lies_in_the_sixty_days_before_a_day() -> None:
    until = datetime(2026, 5, 17, 15, 30, tzinfo=UTC)
    moments = [datetime.fromisoformat(e["occurred_at"]) for e in past.history(until)]

    assert until - timedelta(days=61) < min(moments)
    assert max(moments) < until
    assert moments == sorted(moments)


def test_event_ids_are_unique_and_those_of_another_day_differ(events: list[dict[str, Any]]) -> None:
    ids = {event["event_id"] for event in events}
    later = {event["event_id"] for event in past.history(past.REFERENCE + timedelta(days=1))}

    assert len(ids) == len(events)
    assert not ids & later


def test_events_are_of_catalogue_items_and_nobody_buys_what_is_out_of_stock(
    events: list[dict[str, Any]],
) -> None:
    items = {item.item_id: item for item in read_items()}
    for event in events:
        if event["type"] == "search":
            assert event["query"]
            assert "item_id" not in event
        else:
            assert event["item_id"] in items
        if event["type"] == "purchase":
            assert items[event["item_id"]].in_stock


def test_every_event_belongs_to_a_customer_or_to_a_session(events: list[dict[str, Any]]) -> None:
    assert all(("customer_id" in event) != ("session_id" in event) for event in events)


def test_customers_have_visible_tastes(events: list[dict[str, Any]]) -> None:
    looks = dict(looks_by_customer(events))
    everybody = sum(looks.values(), Counter())
    usual = everybody.most_common(1)[0][1] / everybody.total()
    shares = [own.most_common(1)[0][1] / own.total() for own in looks.values()]

    assert sum(share > 3 * usual for share in shares) / len(shares) > 0.8


@pytest.mark.parametrize("customer", NAMED, ids=lambda customer: customer.name)
def test_named_customers_look_at_what_they_are_said_to_like(
    events: list[dict[str, Any]], customer: Any
) -> None:
    items = {item.item_id: item for item in read_items()}
    seen = [
        items[e["item_id"]]
        for e in events
        if e["type"] == "view" and e.get("customer_id") == customer.name
    ]
    liked = [item for item in seen if any(item.stands_in(c) for c in customer.categories)]
    own = [item for item in seen if item.language == customer.language]

    assert len(seen) >= 20
    assert len(liked) / len(seen) > 0.7
    assert len(own) / len(seen) > 0.5


def test_wishes_are_for_categories_that_exist() -> None:
    items = read_items()
    for language, by_category in WISHES.items():
        for category in by_category:
            assert any(item.stands_in(category) for item in items), (language, category)


def test_a_narrow_category_without_wishes_takes_those_above_it() -> None:
    assert wishes("Electronics > Audio > Earbuds", "en") == WISHES["en"]["Electronics > Audio"]
    assert wishes("Garden > Tools", "zh") == ()
