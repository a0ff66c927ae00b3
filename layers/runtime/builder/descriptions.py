"""Botocore's descriptions of AWS services, cut down to what a client reads at each cold start."""

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

# Those that the functions make clients of.
SERVICES = frozenset(
    {"dynamodb", "events", "firehose", "kms", "lambda", "s3", "sagemaker-runtime", "sqs", "ssm"}
)


def slim(data: Path) -> None:
    """Keep the services in use and rewrite their descriptions to load fast."""
    for service in data.glob("*/"):
        if service.name not in SERVICES:
            shutil.rmtree(service)
        else:
            for old in sorted(service.iterdir())[:-1]:  # versions are dates; the last is in force
                shutil.rmtree(old)
    for packed in data.glob("*/*/*.json.gz"):
        _write(packed.with_suffix(""), json.loads(gzip.decompress(packed.read_bytes())))
        packed.unlink()
    for file in data.glob("*/*/*.json"):
        _write(file, without_documentation(json.loads(file.read_bytes())))
    endpoints = data / "endpoints.json"
    if endpoints.is_file():
        _write(endpoints, of_services(json.loads(endpoints.read_bytes())))


def without_documentation(description: Any) -> Any:
    """Return a description without its texts: two thirds of what is parsed."""
    if isinstance(description, list):
        return [without_documentation(part) for part in description]
    if not isinstance(description, dict):
        return description
    return {
        # botocore insists on the text of these, though it may be empty.
        key: _blanked(value) if key == "clientContextParams" else without_documentation(value)
        for key, value in description.items()
        # A member of a structure may have this name too; its value is no text.
        if not (key == "documentation" and isinstance(value, str))
    }


def _blanked(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: {**parameter, "documentation": ""} for name, parameter in parameters.items()}


def of_services(endpoints: dict[str, Any]) -> dict[str, Any]:
    """Return the table of endpoints without the other services; every client reads it whole."""
    return {
        **endpoints,
        "partitions": [
            {
                **partition,
                "services": {
                    name: value for name, value in partition["services"].items() if name in SERVICES
                },
            }
            for partition in endpoints["partitions"]
        ],
    }


def _write(file: Path, description: Any) -> None:
    """Write JSON without spaces, and not compressed: unpacking costs more than reading saves."""
    text = json.dumps(description, ensure_ascii=False, separators=(",", ":"))
    file.write_text(text, encoding="utf-8")
