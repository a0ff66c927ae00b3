"""The guardrails in force: the shop's own document, kept as it was written."""

from concierge.guarding.policy import Policy
from concierge.retrieval.documents import DocumentKind


def _read(document: str, policy_id: str) -> Policy:
    # Imported here: most shops have no policy of their own, and pay for each module at every start.
    from concierge.guarding.document import read_policy

    return read_policy(document, policy_id)


def _counts(policy: Policy) -> dict[str, int]:
    from concierge.guarding.document import counts_of

    return counts_of(policy)


GUARDRAILS = DocumentKind("guardrails", _read, _counts)
