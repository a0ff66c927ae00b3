"""Signatures by an asymmetric key in KMS, which never leaves it."""

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from concierge.adapters.aws_errors import translated
from concierge.artifacts.signature import Signature
from concierge.errors import BrokenArtifact, ConciergeError, UnusableKey

# In order of preference: the first is short and fast to verify.
ALGORITHMS = ("ECDSA_SHA_256", "RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_256")
UNUSABLE = frozenset(
    {
        "NotFoundException",
        "DisabledException",
        "KMSInvalidStateException",
        "InvalidKeyUsageException",
        "UnsupportedOperationException",
        "AccessDeniedException",
        "ValidationException",
    }
)
# Another key's signature: of the same kind, or by an algorithm that ours does not know.
FOREIGN = frozenset({"KMSInvalidSignatureException", "InvalidKeyUsageException"})


class KmsSignatures:
    """Implements Signatures with a key's id, ARN or alias."""

    def __init__(self, client: Any, key: str) -> None:
        self._client = client
        self._key = key

    def sign(self, digest: bytes) -> Signature:
        """Sign with the best algorithm that the key offers."""
        try:
            described = self._client.get_public_key(KeyId=self._key)
            offered = [name for name in ALGORITHMS if name in described["SigningAlgorithms"]]
            if not offered:
                raise UnusableKey(
                    f"key {self._key} signs no SHA-256 digests; use an ECC or RSA key"
                )
            reply = self._client.sign(
                KeyId=self._key, Message=digest, MessageType="DIGEST", SigningAlgorithm=offered[0]
            )
        except (ClientError, BotoCoreError) as error:
            raise self._named(error, "signing with") from error
        return Signature(reply["KeyId"], offered[0], reply["Signature"])

    def verify(self, digest: bytes, signature: Signature) -> None:
        """Ask KMS, by our own key whatever the signature claims."""
        if signature.algorithm not in ALGORITHMS:
            raise BrokenArtifact(
                f"the signature's algorithm {signature.algorithm!r} is not accepted"
            )
        try:
            reply = self._client.verify(
                KeyId=self._key,
                Message=digest,
                MessageType="DIGEST",
                Signature=signature.value,
                SigningAlgorithm=signature.algorithm,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] in FOREIGN:
                raise BrokenArtifact(f"the manifest was not signed by {self._key}") from error
            raise self._named(error, "verifying with") from error
        except BotoCoreError as error:
            raise self._named(error, "verifying with") from error
        if not reply["SignatureValid"]:
            raise BrokenArtifact(f"the manifest was not signed by {self._key}")

    def _named(self, error: ClientError | BotoCoreError, doing: str) -> ConciergeError:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in UNUSABLE:
            code = error.response["Error"]["Code"]
            return UnusableKey(f"{doing} key {self._key}: {code}; check the key and its policy")
        return translated(error, f"{doing} key {self._key}")
