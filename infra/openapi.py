"""Write the OpenAPI contract from the operations and messages of the functions.

`python -m infra.openapi` writes functions/recommend/openapi.json; a test compares.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

import answer.app
import customers.app
import improve.app
import ingest.app
import ingest.messages
import recommend.app
import search.app
from concierge import __version__
from concierge.http import JSON, Operation
from concierge.problems import PROBLEM, Problem

OPERATIONS: tuple[Operation, ...] = (
    *recommend.app.OPERATIONS,
    *search.app.OPERATIONS,
    *answer.app.OPERATIONS,
    *ingest.app.OPERATIONS,
    *customers.app.OPERATIONS,
    *improve.app.OPERATIONS,
)
TARGET = Path(recommend.app.CONTRACT_FILE)
REFERENCE = "#/components/schemas/{name}"
# What the gateway answers itself, on every authenticated route.
GATEWAY_PROBLEMS = (403, 429)
MEANINGS = {
    400: "The body is not JSON, or the page token cannot be used",
    403: "The API key is missing or wrong",
    404: "What the request names does not exist",
    409: "Somebody else changed it; try again",
    413: "The body is too large",
    422: "The request is not valid; `errors` points at the field",
    429: "Too many requests; wait for `Retry-After` seconds",
    503: "Not ready or too busy; try again after `Retry-After` seconds",
}


def contract(operations: Iterable[Operation] = OPERATIONS) -> dict[str, Any]:
    """Return the contract as an OpenAPI 3.1 document."""
    operations = tuple(operations)
    schemas, definitions = _schemas(operations)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        path = paths.setdefault(operation.path, {})
        path[operation.method.lower()] = _described(operation, schemas)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Concierge",
            "version": __version__,
            "description": "Recommendations, answers and search for an online shop.",
        },
        "servers": [{"url": "/"}],
        "paths": paths,
        "components": {
            "schemas": definitions,
            "securitySchemes": {"api_key": {"type": "apiKey", "in": "header", "name": "x-api-key"}},
        },
    }


def as_text(document: Mapping[str, Any]) -> str:
    """Return the document as it is committed."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _schemas(operations: Iterable[Operation]) -> tuple[dict[type[Struct], Any], dict[str, Any]]:
    messages = {operation.request for operation in operations}
    messages |= {operation.response for operation in operations}
    # Referred to by name in the schema of its request.
    messages |= {Problem, ingest.messages.EventBody}
    ordered = sorted((each for each in messages if each), key=lambda each: each.__name__)
    schemas, definitions = msgspec.json.schema_components(ordered, ref_template=REFERENCE)
    return dict(zip(ordered, schemas, strict=True)), dict(sorted(definitions.items()))


def _described(operation: Operation, schemas: Mapping[type[Struct], Any]) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": _operation_id(operation),
        "summary": operation.summary,
        "responses": _responses(operation, schemas),
        "security": [{"api_key": []}] if operation.authenticated else [],
    }
    if operation.parameters:
        described["parameters"] = list(operation.parameters)
    if operation.request and operation.method != "GET":
        content = {JSON: {"schema": schemas[operation.request]}}
        described["requestBody"] = {"required": True, "content": content}
    if operation.request and operation.method == "GET":
        described["parameters"] = _query_parameters(operation.request)
    return described


def _responses(operation: Operation, schemas: Mapping[type[Struct], Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": "As asked"}
    if operation.response:
        good["content"] = {JSON: {"schema": schemas[operation.response]}}
    gateway = GATEWAY_PROBLEMS if operation.authenticated else ()
    problems = {
        str(status): {
            "description": MEANINGS[status],
            "content": {PROBLEM: {"schema": schemas[Problem]}},
        }
        for status in sorted({*operation.problems, *gateway})
    }
    return {str(status): good for status in (operation.status, *operation.also)} | problems


def _query_parameters(message: type[Struct]) -> list[dict[str, Any]]:
    _, definitions = msgspec.json.schema_components([message])
    schema = definitions[message.__name__]
    required = set(schema.get("required", ()))
    return [
        {"name": name, "in": "query", "required": name in required, "schema": properties}
        for name, properties in schema["properties"].items()
    ]


def _operation_id(operation: Operation) -> str:
    words = operation.path.removeprefix("/v1/").replace("/openapi.json", "openapi")
    for mark in "/-{}":
        words = words.replace(mark, "_")
    return f"{operation.method.lower()}_{words.strip('_')}"


def main() -> None:
    """Write the contract."""
    TARGET.write_text(as_text(contract()), encoding="utf-8")
    print(f"wrote {TARGET} with {len(OPERATIONS)} operations")


if __name__ == "__main__":
    main()
