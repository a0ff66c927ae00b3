"""Run the whole shop on this machine: `python -m infra.local.demo [--once] [--data FOLDER]`.

Starts the emulator, deploys template.yaml, publishes the model, imports the sample shop (or your files), holds a
conversation with the API, and keeps serving until Ctrl-C.
"""

import argparse
import contextlib
import json
import shlex
import signal
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from concierge.adapters.artifacts_s3 import S3Artifacts
from infra.local.client import NoReport, ShopClient
from infra.local.conversation import Conversation
from infra.local.deploy import Deployment, deploy
from infra.local.imports import (
    KINDS,
    SAMPLES,
    ImportFailed,
    InboxFile,
    NothingToImport,
    account,
    check,
    files_in,
    import_files,
    sample_history,
)
from infra.local.orders import calling, sample_orders
from infra.local.scripts import SAMPLE_SCRIPT, script_for
from infra.local.stack import ROOT, LocalStack, StackFailed
from infra.local.steps import Steps
from model_export.publishing.publishing_s3 import publish

MODEL = ROOT / ".build" / "model"
TRAINING_TIMEOUT_S = 300
POLL_S = 0.2


def main(arguments: list[str] | None = None) -> int:
    """Run the demo and return the exit status."""
    parser = argparse.ArgumentParser(description="Run the whole shop on this machine.")
    parser.add_argument(
        "--once", action="store_true", help="check the answers and end, instead of serving on"
    )
    parser.add_argument(
        "--data",
        type=Path,
        help="import FOLDER/{catalogue,knowledge,events}/* instead of the samples",
    )
    options = parser.parse_args(arguments)
    for end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(end, signal.default_int_handler)
    try:
        return run(options.data, once=options.once)
    except KeyboardInterrupt:
        print("\nstopped")
        return 130
    except (StackFailed, NothingToImport, ImportFailed, NoReport) as error:
        print(f"\nerror: {error}", file=sys.stderr)
        return 1


def run(data: Path | None, *, once: bool) -> int:
    """Show the shop; return 0 if everything answered as it should."""
    steps = Steps(sys.stdout)
    with (
        tempfile.TemporaryDirectory() as scratch,
        sample_orders() as port,
        LocalStack() as stack,
    ):
        folder = Path(scratch)
        samples = [calling(file, port, folder) for file in files_in(SAMPLES)]
        files = files_in(data) if data else [*samples, sample_history(folder)]
        client = open_shop(stack, steps)
        import_shop(client, files, steps)
        if any(file.kind == "events" for file in files):
            wait_for_training(artifacts(stack, client.deployment), steps)
        conversation = Conversation(client, steps.say)
        script = script_for(client) if data else SAMPLE_SCRIPT
        conversation.hold(script)
        steps.say()
        if conversation.complaints:
            steps.say(
                f"{len(conversation.complaints)} answers were not as they should be; log: {stack.log}"
            )
            return 1
        steps.say(f"everything answered as it should, {steps.seconds:.0f} s after the start")
        if not once:
            keep_serving(stack, client.deployment, script.interest, steps)
    return 0


def open_shop(stack: LocalStack, steps: Steps) -> ShopClient:
    """Deploy the stack with the exported model, and return the way in."""
    with steps.step("deploy template.yaml to a local AWS") as step:
        deployment = deploy(
            stack, on_progress=lambda done, total: step.update(f"{done} of {total}")
        )
        step.remark(stack.endpoint)
    with steps.step("publish the model") as step:
        pointer, _ = publish(artifacts(stack, deployment), MODEL)
        step.remark(pointer.id)
    return ShopClient(stack, deployment)


def artifacts(stack: LocalStack, deployment: Deployment) -> S3Artifacts:
    """Return the store of models and snapshots."""
    return S3Artifacts(stack.client("s3"), deployment.outputs["ArtifactsBucketName"])


def import_shop(client: ShopClient, files: list[InboxFile], steps: Steps) -> None:
    """Import every file and print the account of its rows."""
    for kind in KINDS:
        of_kind = [file for file in files if file.kind == kind]
        if not of_kind:
            continue
        with steps.step(f"import {kind}") as step:
            reports = import_files(client, of_kind, step)
            step.remark(f"{sum(report['accepted'] for report in reports):,} rows")
        for report in reports:
            for line in account(report):
                steps.say(f"      {line}")
            check(report)


def wait_for_training(store: S3Artifacts, steps: Steps) -> None:
    """Wait for the behaviour model, whose training the import of history starts."""
    deadline = time.monotonic() + TRAINING_TIMEOUT_S
    with steps.step("train the behaviour model") as step:
        while time.monotonic() < deadline:
            if pointer := store.current("behaviour"):
                step.remark(pointer.id)
                return
            step.update("under way")
            time.sleep(POLL_S)
        raise StackFailed(f"no behaviour model after {TRAINING_TIMEOUT_S} s")


def keep_serving(stack: LocalStack, deployment: Deployment, query: str, steps: Steps) -> None:
    """Print how to reach the shop, and serve until Ctrl-C."""
    environment = write_environment(stack, deployment)
    body = shlex.quote(json.dumps({"query": query, "limit": 3}, ensure_ascii=False))
    steps.say(
        f"\nThe shop stays open until Ctrl-C:\n\n"
        f"  curl -s -H 'X-Api-Key: {deployment.api_key}' -H 'Content-Type: application/json' \\\n"
        f"    {deployment.api_url}/v1/search -d {body}\n\n"
        f"  inbox        s3://{deployment.outputs['InboxBucketName']}/inbox/ at {stack.endpoint}\n"
        f"  log          {stack.log}\n"
        f"  environment  {environment} (for sam local --env-vars)"
    )
    with contextlib.suppress(KeyboardInterrupt):
        threading.Event().wait()
    steps.say("\nclosed")


def write_environment(stack: LocalStack, deployment: Deployment) -> Path:
    """Write env.json with the names of this deployment, and return its path."""
    names: dict[str, Any] = json.loads((ROOT / "env.json").read_text())["Parameters"]
    outputs = deployment.outputs
    filled = {name: outputs.get(output, output) for name, output in names.items()}
    path = stack.state / "env.json"
    path.write_text(
        json.dumps({"Parameters": filled | {"AWS_ENDPOINT_URL": stack.endpoint}}, indent=2)
    )
    return path


if __name__ == "__main__":
    sys.exit(main())
