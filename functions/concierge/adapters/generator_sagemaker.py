"""A generator behind a SageMaker endpoint whose container (LMI, vLLM) speaks chat completions."""

import time
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ReadTimeoutError

from concierge.adapters.aws_errors import translated
from concierge.adapters.chat_completions import MOST_BYTES, request_body, text_of
from concierge.answering.prompt import Prompt
from concierge.errors import Asleep, ConciergeError, TimedOut, Unavailable

# What an endpoint answers that has no instance at present; the request itself starts one.
ASLEEP = frozenset({"ValidationError", "ModelNotReadyException", "InternalDependencyException"})


class SageMakerGenerator:
    """Implements TextGenerator on one endpoint, and on one of its inference components."""

    def __init__(self, client: Any, endpoint: str, component: str = "") -> None:
        self._client = client
        self._target = {"EndpointName": endpoint}
        if component:
            self._target["InferenceComponentName"] = component

    def generate(self, prompt: Prompt, timeout_s: float, most_tokens: int) -> str:
        """Invoke the endpoint; the client's own timeout is for a connection that is silent."""
        deadline = time.monotonic() + timeout_s
        content = b""
        try:
            reply = self._client.invoke_endpoint(
                **self._target,
                ContentType="application/json",
                Accept="application/json",
                Body=request_body(prompt, most_tokens),
            )
            for chunk in reply["Body"].iter_chunks(16_384):
                content += chunk
                if time.monotonic() >= deadline:
                    raise TimedOut(f"the endpoint took longer than {timeout_s:.1f} s")
                if len(content) > MOST_BYTES:
                    break
        except (ClientError, BotoCoreError) as error:
            raise _named(error) from error
        return text_of(content, reply.get("ContentType", ""))


def _named(error: ClientError | BotoCoreError) -> ConciergeError:
    if isinstance(error, ReadTimeoutError):
        return TimedOut("the endpoint did not answer in time")
    if isinstance(error, ClientError):
        code = error.response["Error"]["Code"]
        if code in ASLEEP:
            return Asleep(f"the endpoint has no instance at present, or its name is wrong: {code}")
        if code == "ModelError":
            status = error.response.get("OriginalStatusCode", "")
            return Unavailable(f"the model failed: {status}")
    return translated(error, "invoking the generator's endpoint")
