"""Secrets from Systems Manager's parameter store, which also hands out those of Secrets Manager."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.errors import UnusableKey

UNUSABLE = frozenset({"ParameterNotFound", "AccessDeniedException", "InvalidKeyId"})


class SsmKey:
    """Reads one parameter when it is first asked for, and keeps it in memory."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self._name = name
        self._value = ""

    def __call__(self) -> str:
        """Return the secret, or raise UnusableKey or Unavailable."""
        if not self._value:
            try:
                reply = self._client.get_parameter(Name=self._name, WithDecryption=True)
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in UNUSABLE:
                    raise UnusableKey(f"parameter {self._name}: {code}") from error
                raise translated(error, f"reading parameter {self._name}") from error
            except BotoCoreError as error:
                raise translated(error, f"reading parameter {self._name}") from error
            self._value = reply["Parameter"]["Value"].strip()
        return self._value
