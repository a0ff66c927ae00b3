"""What has to differ between template.yaml on AWS and on the emulator, and why. Nothing else may."""

import sys
from typing import Any

from infra.local.template import Template

# Functions run here under the interpreter that runs us, which may be one that Lambda's list leaves out.
RUNTIME = f"python{sys.version_info.major}.{sys.version_info.minor}"


def for_emulator(template: Template) -> Template:
    """Return the template as the emulator needs it."""
    resources = {
        # The policies refuse what does not come over TLS, and the emulator speaks plain HTTP.
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] != "AWS::S3::BucketPolicy"
    }
    return {
        **template,
        "Parameters": _allowing_runtime(template["Parameters"]),
        "Resources": {name: _with_batch_actions(value) for name, value in resources.items()},
    }


def _allowing_runtime(parameters: dict[str, Any]) -> dict[str, Any]:
    runtime = parameters["Runtime"]
    allowed = sorted({*runtime["AllowedValues"], RUNTIME})
    return {**parameters, "Runtime": {**runtime, "AllowedValues": allowed}}


def _with_batch_actions(value: Any) -> Any:
    """Allow sqs:SendMessageBatch wherever sqs:SendMessage is allowed.

    On AWS the one action covers both calls; the emulator, which enforces the functions' policies, asks for an action
    that AWS does not know.
    """
    if isinstance(value, list):
        return [_with_batch_actions(item) for item in value]
    if not isinstance(value, dict):
        return value
    changed = {key: _with_batch_actions(item) for key, item in value.items()}
    actions = changed.get("Action")
    listed = [actions] if isinstance(actions, str) else actions
    if isinstance(listed, list) and "sqs:SendMessage" in listed:
        changed["Action"] = [*listed, "sqs:SendMessageBatch"]
    return changed
