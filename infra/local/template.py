"""Read template.yaml with its short tags (!Ref, !Sub, ...) as the plain data that CloudFormation takes as JSON."""

from pathlib import Path
from typing import Any

import yaml

from infra.local.stack import ROOT

TEMPLATE = ROOT / "template.yaml"
Template = dict[str, Any]


class _Loader(yaml.SafeLoader):
    """A safe loader that knows CloudFormation's tags."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if suffix in ("Ref", "Condition"):
        return {suffix: loader.construct_scalar(node)}  # type: ignore[arg-type]
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = str(value).split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    return {f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)


def load_template(path: Path = TEMPLATE) -> Template:
    """Return the template with every short tag in its long form."""
    template = yaml.load(path.read_text(encoding="utf-8"), _Loader)  # noqa: S506 - a safe loader
    if not isinstance(template, dict):
        raise ValueError(f"{path} is not a template")
    return template
