"""Deploy template.yaml to the local stack, through CloudFormation as on AWS."""

import json
import platform
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from infra.local.differences import RUNTIME, for_emulator
from infra.local.gateway import put_gateway_responses
from infra.local.packaging import upload_code, zip_functions, zip_layer
from infra.local.stack import REGION, LocalStack, StackFailed
from infra.local.template import Template, load_template

STACK_NAME = "concierge"
CODE_BUCKET = "concierge-code"
DEPLOY_TIMEOUT_S = 120
POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Deployment:
    """A deployed shop: where it answers, and the key that opens it."""

    api_url: str
    api_key: str
    outputs: Mapping[str, str]


def deploy(
    stack: LocalStack,
    functions: bytes | None = None,
    layer: bytes | None = None,
    parameters: Mapping[str, str] | None = None,
    on_progress: Callable[[int, int], None] | None = None,
) -> Deployment:
    """Deploy the template and return what it made; StackFailed gives the first failed resource's reason."""
    s3, cloudformation = stack.client("s3"), stack.client("cloudformation")
    s3.create_bucket(Bucket=CODE_BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    code = functions or zip_functions(), layer or zip_layer()
    template = upload_code(s3, CODE_BUCKET, for_emulator(load_template()), *code)
    s3.put_object(Bucket=CODE_BUCKET, Key="template.json", Body=json.dumps(template).encode())
    cloudformation.create_stack(
        StackName=STACK_NAME,
        TemplateURL=f"{stack.endpoint}/{CODE_BUCKET}/template.json",
        Parameters=[
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in (machine_parameters() | dict(parameters or {})).items()
        ],
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
    )
    _wait(cloudformation, template, on_progress)
    outputs = _outputs(cloudformation)
    gateway = stack.client("apigateway")
    put_gateway_responses(gateway, outputs["ApiId"], _stage(outputs), template, origin="*")
    key = gateway.get_api_key(apiKey=outputs["ApiKeyId"], includeValue=True)["value"]
    return Deployment(api_url(stack, outputs), key, outputs)


def machine_parameters() -> dict[str, str]:
    """Return the parameters that describe this machine and the one who waits at it."""
    arm = platform.machine().lower() in ("arm64", "aarch64")
    return {
        "Runtime": RUNTIME,
        "Architecture": "arm64" if arm else "x86_64",
        "SnapshotCheckSeconds": "1",
        # The order system of the sample shop runs here, too.
        "LoopbackCalls": "1",
    }


def api_url(stack: LocalStack, outputs: Mapping[str, str]) -> str:
    """Return the API's address here: the emulator routes by path, where AWS routes by host name."""
    return f"{stack.endpoint}/_aws/execute-api/{outputs['ApiId']}/{_stage(outputs)}"


def _stage(outputs: Mapping[str, str]) -> str:
    return outputs["ApiUrl"].rsplit("/", 1)[-1]


def _wait(
    cloudformation: Any, template: Template, on_progress: Callable[[int, int], None] | None
) -> None:
    deadline = time.monotonic() + DEPLOY_TIMEOUT_S
    while time.monotonic() < deadline:
        status = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]["StackStatus"]
        events = _events(cloudformation)
        if on_progress:
            on_progress(_finished(events, template), len(template["Resources"]))
        if status == "CREATE_COMPLETE":
            return
        if status.endswith("_FAILED") or "ROLLBACK" in status:
            raise StackFailed(_reason(events))
        time.sleep(POLL_S)
    raise StackFailed(f"the stack was not ready within {DEPLOY_TIMEOUT_S} s")


def _finished(events: list[dict[str, Any]], template: Template) -> int:
    """Count the template's own resources that exist; the transform adds roles, versions and permissions."""
    made = {e["LogicalResourceId"] for e in events if e["ResourceStatus"] == "CREATE_COMPLETE"}
    return len(made & set(template["Resources"]))


def _events(cloudformation: Any) -> list[dict[str, Any]]:
    """Return all events of the stack, newest first."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=STACK_NAME)
    return [event for page in pages for event in page["StackEvents"]]


def _reason(events: list[dict[str, Any]]) -> str:
    failed = [event for event in reversed(events) if event["ResourceStatus"].endswith("_FAILED")]
    if not failed:
        return "the stack was rolled back without a reason"
    first = failed[0]
    return f"{first['LogicalResourceId']} failed: {first.get('ResourceStatusReason', 'no reason given')}"


def _outputs(cloudformation: Any) -> dict[str, str]:
    stack = cloudformation.describe_stacks(StackName=STACK_NAME)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}
