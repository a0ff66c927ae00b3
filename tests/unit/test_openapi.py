"""The contract is generated from the code, committed, and complete."""

import json

from infra.openapi import OPERATIONS, TARGET, as_text, contract


def test_the_committed_contract_is_what_the_code_says():
    assert TARGET.read_text(encoding="utf-8") == as_text(contract()), "run `make contract`"


def test_every_reference_leads_somewhere():
    document = contract()
    names = document["components"]["schemas"]
    text = json.dumps(document)
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= set(names)


def test_every_operation_has_its_own_id():
    document = contract()
    ids = [o["operationId"] for path in document["paths"].values() for o in path.values()]
    assert len(ids) == len(set(ids)) == len(OPERATIONS)


def test_only_health_and_the_contract_need_no_key():
    assert {o.path for o in OPERATIONS if not o.authenticated} == {"/v1/health", "/openapi.json"}
