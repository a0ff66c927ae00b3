"""Tables for moto, made from template.yaml, so that tests and deployments cannot drift apart."""

import threading
from pathlib import Path

import yaml

TEMPLATE = Path(__file__).parents[2] / "template.yaml"


class _TemplateLoader(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`, `!Sub`) as their plain values."""


def _plain(loader, _suffix, node):
    if isinstance(node, yaml.ScalarNode):
        return loader.construct_scalar(node)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


_TemplateLoader.add_multi_constructor("!", _plain)


def create_table(client, logical_id):
    """Create the table that the template declares under a logical id; return its name."""
    template = yaml.load(TEMPLATE.read_text(encoding="utf-8"), Loader=_TemplateLoader)
    properties = template["Resources"][logical_id]["Properties"]
    client.create_table(
        TableName=logical_id,
        **{name: properties[name] for name in ("BillingMode", "AttributeDefinitions", "KeySchema")},
    )
    client.update_time_to_live(
        TableName=logical_id, TimeToLiveSpecification=properties["TimeToLiveSpecification"]
    )
    return logical_id


class OneAtATime:
    """A client whose calls wait for each other: moto, unlike DynamoDB, does not isolate them."""

    def __init__(self, client):
        self._client = client
        self._lock = threading.Lock()

    def __getattr__(self, name):
        def call(**arguments):
            with self._lock:
                return getattr(self._client, name)(**arguments)

        return call
