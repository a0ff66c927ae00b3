"""A configuration dropped in the inbox: in force where it is valid, told where it is not."""

import json

import pytest

from concierge.retrieval.configuration_snapshot import CONFIGURATION

NAME = "rules.json"
RULES = {
    "format": 1,
    "placements": {
        "default": {"filter": "price > 1", "diversity": 0.3},
        "cart": {
            "boosts": [{"name": "own brand", "filter": "brand = 'Alder'", "factor": 1.3}],
            "pins": [{"item_id": "tent-6", "position": 1}],
        },
    },
}
BROKEN = {
    "format": 1,
    "placements": {
        "default": {"filter": "price >", "diversity": 2},
        "cart": {"boosts": [{"name": "x", "filter": "price > 1", "factor": -1}]},
    },
}


@pytest.fixture
def in_force(store, tmp_path):
    """Return the configuration that the pointer in S3 points at."""

    def read():
        pointer = store.current("configuration")
        folder = tmp_path / pointer.id
        store.fetch("configuration", pointer.id, folder, pointer.manifest_sha256)
        return CONFIGURATION.open(folder)

    return read


@pytest.fixture
def configure(new_shop):
    """Drop a configuration in the inbox and return its report."""

    def drop(document):
        new_shop.upload("configuration", NAME, json.dumps(document).encode())
        return new_shop.wait_for_report("configuration", NAME)

    return drop


def test_a_valid_configuration_is_in_force_and_a_broken_one_leaves_it(store, configure, in_force):
    report = configure(RULES)
    assert (report["status"], report["errors"]) == ("completed", [])
    assert report["counts"] == {"placements": 2}
    good = store.current("configuration")
    assert good.id == report["snapshot_id"] == in_force().id
    assert in_force().rules("cart").boosts[0].factor == 1.3
    assert in_force().rules("elsewhere").diversity == 0.3

    report = configure(BROKEN)
    assert report["status"] == "rejected"
    errors = {each["pointer"]: each["detail"] for each in report["errors"]}
    assert errors["/placements/default/filter"].startswith("character ")
    assert "from 0 to 1, not 2" in errors["/placements/default/diversity"]
    assert "above 0" in errors["/placements/cart/boosts/0/factor"]
    assert store.current("configuration") == good

    # The same again publishes nothing.
    assert configure(RULES)["snapshot_id"] == good.id
    assert store.current("configuration") == good


def test_an_earlier_configuration_is_put_back_by_its_pointer(stack, new_shop, store, configure):
    first = configure(RULES)["snapshot_id"]
    s3 = stack.client("s3")
    bucket = new_shop.deployment.outputs["ArtifactsBucketName"]
    pointer = {"Bucket": bucket, "Key": "snapshots/configuration/current.json"}
    kept = s3.get_object(**pointer)["Body"].read()
    configure({"format": 1, "placements": {}})
    assert store.current("configuration").id != first
    s3.put_object(**pointer, Body=kept)
    assert store.current("configuration").id == first
