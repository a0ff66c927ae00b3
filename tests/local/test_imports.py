"""Files dropped in the inbox: taken, set aside row by row, or rejected whole, and always told."""

import gzip
import json

import pytest

from tests.local.small_shop import CATALOGUE, PRODUCTS, json_lines, product

SOCKS = "clothing > socks"
BOMB_BYTES = 18 << 20


def socks(count, brand, **changed):
    return [
        product(f"socks-{n}", f"{brand} socks {n}", "Warm wool.", SOCKS, brand=brand) | changed
        for n in range(1, count + 1)
    ]


GOOD = json_lines(socks(3, "Nobody"))
BAD_FILES = {
    "truncated.jsonl.gz": (gzip.compress(GOOD)[:-20], "truncated"),
    "damaged.jsonl.gz": (b"PK\x03\x04 this is no gzip", "no gzip data"),
    "latin1.csv": ("item_id,title\nsocks-1,Zoës Socken\n".encode("latin-1"), "not UTF-8"),
    "wide.csv": ("item_id,title\nsocks-1,Socken\n".encode("utf-16"), "UTF-16"),
    "empty.csv": (b"", "empty"),
    "bomb.jsonl.gz": (gzip.compress(b" " * BOMB_BYTES), "times its size"),
    "headless.csv": (b"sku,name\nsocks-1,Socks\n", "item_id"),
    "mostly-bad.jsonl": (
        json_lines(socks(4, "Nobody") + socks(8, "Nobody", price="12 euros")),
        "8 of 12",
    ),
    "catalogue.xlsx": (b"PK\x03\x04", "extension"),
}


@pytest.fixture(scope="module")
def rejections(shop, store):
    """Import all bad files, and return their reports with what was in force before and after."""
    before = store.current("catalogue")
    for name, (content, _) in BAD_FILES.items():
        shop.upload("catalogue", name, content)
    reports = {name: shop.wait_for_report("catalogue", name) for name in BAD_FILES}
    return reports, before, store.current("catalogue")


def quarantined(stack, shop, report):
    s3, bucket = stack.client("s3"), shop.deployment.outputs["InboxBucketName"]
    content = s3.get_object(Bucket=bucket, Key=report["quarantine_key"])["Body"].read()
    return [json.loads(line) for line in content.splitlines()]


def served_socks(shop):
    asked = {"query": "socks", "filter": {"category": [SOCKS]}, "semantic_ratio": 0}
    return shop.request("POST", "/v1/search", asked).body


@pytest.mark.parametrize("name", BAD_FILES)
def test_unusable_file_is_rejected_with_its_reason(rejections, name):
    reports, _, _ = rejections
    assert reports[name]["status"] == "rejected"
    assert BAD_FILES[name][1] in reports[name]["reason"]


def test_rejected_files_change_nothing(shop, rejections):
    _, before, after = rejections
    assert after == before
    assert served_socks(shop)["total"] == 0


def test_rejected_knowledge_and_history_are_told_in_the_same_way(shop):
    for kind in ("knowledge", "events"):
        shop.upload(kind, "nothing.jsonl", b"\n")
        report = shop.wait_for_report(kind, "nothing.jsonl")
        assert (report["kind"], report["status"]) == (kind, "rejected")


def test_bad_rows_are_set_aside_and_the_others_served(stack, shop, bring):
    good = socks(3, "Woolly")
    rows = [
        good[0],
        good[1] | {"item_id": ""},
        good[1],
        good[1] | {"item_id": "socks-nan", "price": "NaN"},
        good[2] | {"colour": "red"},
        good[2] | {"item_id": "socks-long", "description": "long " * 400_000},
    ]
    report = bring("catalogue", "with mistakes & été.jsonl", json_lines(rows))
    assert (report["status"], report["rows"], report["accepted"]) == ("completed", 6, 3)
    assert sum(report["quarantined"].values()) == 3
    assert any("colour" in warning for warning in report["warnings"])
    set_aside = quarantined(stack, shop, report)
    assert [(row["line"], row["field"]) for row in set_aside[:2]] == [(2, "item_id"), (4, "price")]
    assert [row["line"] for row in set_aside] == [2, 4, 6]
    assert all(row["reason"] for row in set_aside)
    assert served_socks(shop)["total"] == 3
    # A delta names what it changes, and leaves the rest.
    delta = [good[0] | {"price": 99.0}, {"item_id": "socks-2", "deleted": True}]
    report = bring("catalogue", "with mistakes & été.delta.jsonl", json_lines(delta))
    assert (report["accepted"], report["removed"]) == (1, 1)
    hits = {hit["item_id"]: hit["product"]["price"] for hit in served_socks(shop)["hits"]}
    assert hits == {"socks-1": 99.0, "socks-3": 10.0}


def test_same_file_again_keeps_the_snapshot_in_force(shop, store):
    before = store.current("catalogue")
    shop.upload("catalogue", CATALOGUE, json_lines(PRODUCTS))
    report = shop.wait_for_report("catalogue", CATALOGUE)
    assert (report["status"], report["accepted"]) == ("completed", len(PRODUCTS))
    assert report["snapshot_id"] == before.id
    assert store.current("catalogue") == before


def test_shop_is_told_on_its_bus_what_became_of_a_file(stack, shop, bring, eventually):
    sqs, events = stack.client("sqs"), stack.client("events")
    queue = sqs.create_queue(QueueName="news")["QueueUrl"]
    bus = {"Name": "news", "EventBusName": shop.deployment.outputs["EventBusName"]}
    events.put_rule(**bus, EventPattern=json.dumps({"source": ["concierge"]}))
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    target = {"Id": "news", "Arn": arn["QueueArn"]}
    events.put_targets(Rule="news", EventBusName=bus["EventBusName"], Targets=[target])
    report = bring("catalogue", "gloves.csv", b"item_id,title\ngloves-1,Gloves\n")
    told = {}

    def both_arrived():
        for message in sqs.receive_message(QueueUrl=queue).get("Messages", []):
            news = json.loads(message["Body"])
            told[news["detail-type"]] = news["detail"]
        return len(told) == 2

    eventually(both_arrived)
    snapshot_id = report["snapshot_id"]
    assert told["Snapshot Published"] == {"kind": "catalogue", "snapshot_id": snapshot_id}
    assert told["Import Finished"] == {
        "kind": "catalogue",
        "file": "gloves.csv",
        "status": "completed",
        "report_key": "reports/catalogue/gloves.csv.json",
        "snapshot_id": snapshot_id,
    }


def test_reader_during_a_publish_sees_the_old_shop_or_the_new_and_no_mixture(
    shop, store, bring, eventually
):
    bring("catalogue", "hats.csv", hats("old", 3, price=1))
    old_hats, old_info = hats_as_read(shop), info_as_read(shop)
    readings, infos = [], []

    def both_are_new():
        readings.append(hats_as_read(shop))
        infos.append(info_as_read(shop))
        return readings[-1] != old_hats and infos[-1] != old_info

    shop.upload("catalogue", "hats.csv", hats("new", 5, price=2))
    eventually(both_are_new)
    new_id = store.current("catalogue").id
    assert set(readings) <= {old_hats, (new_id, 5, ("new hat",) * 5, (2.0,) * 5)}
    assert set(infos) <= {old_info, (new_id, old_info[1] + 2)}


def hats(title, count, price):
    rows = "".join(f"hat-{n},{title} hat,clothing > hats,{price}\n" for n in range(count))
    return f"item_id,title,category,price\n{rows}".encode()


def info_as_read(shop):
    """Return one reading: the version, and how many products it has."""
    body = shop.request("GET", "/v1/info").body
    return body["versions"]["catalogue"], body["products"]


def hats_as_read(shop):
    """Return one reading: the version, how many hats there are, what they are called and cost."""
    asked = {"query": "hat", "filter": {"category": ["clothing > hats"]}, "semantic_ratio": 0}
    reply = shop.request("POST", "/v1/search", asked).body
    return (
        reply["versions"]["catalogue"],
        reply["total"],
        tuple(hit["product"]["title"] for hit in reply["hits"]),
        tuple(hit["product"]["price"] for hit in reply["hits"]),
    )
