from typing import Any

import pytest

from infra.local.template import Template, load_template

Resources = dict[str, Any]


@pytest.fixture(scope="session")
def template() -> Template:
    return load_template()


@pytest.fixture(scope="session")
def resources(template) -> Resources:
    return template["Resources"]


@pytest.fixture(scope="session")
def functions(resources) -> Resources:
    return {
        name: r["Properties"]
        for name, r in resources.items()
        if r["Type"] == "AWS::Serverless::Function"
    }


@pytest.fixture(scope="session")
def of_type(resources):
    def select(kind: str) -> Resources:
        found = {name: r for name, r in resources.items() if r["Type"] == kind}
        assert found, f"the template has no {kind}"
        return found

    return select
