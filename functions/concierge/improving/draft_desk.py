"""Where an operator decides on drafts, and where what was decided comes into force."""

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from concierge.errors import DraftSettled, UnknownDraft
from concierge.improving.draft import UNDECIDED, Draft, Drafts, Status
from concierge.improving.learnt_row import Edits, learnt_row
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.live import Live
from concierge.retrieval.paging import read_token, request_key, write_token

# The importer lets no file of this name take answers away.
PREFIX, SUFFIX = "learnt-", ".delta.jsonl"
MOST_LOST = 20

logger = Logger(child=True)


class Inbox(Protocol):
    """The bucket that files are imported from, with the reports on them."""

    def put(self, key: str, content: bytes) -> None:
        """Keep a file, whose import starts by itself."""

    def read(self, key: str) -> bytes:
        """Return a report, or raise BrokenFile where it is gone."""


@dataclass(frozen=True, slots=True)
class Page:
    """Some drafts, those that most customers asked for first; no token ends the list."""

    drafts: Sequence[Draft]
    total: int
    next_token: str | None


class DraftDesk:
    """Lists drafts, accepts and rejects them, and settles what was accepted once it is imported."""

    def __init__(
        self,
        drafts: Drafts,
        knowledge: Live[KnowledgeSnapshot],
        inbox: Inbox,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._drafts = drafts
        self._knowledge = knowledge
        self._inbox = inbox
        self._clock = clock

    def page(self, status: Status, limit: int, next_token: str | None = None) -> Page:
        """Return drafts of a status; raise StalePageToken where the token is of another."""
        key = request_key("drafts", status, limit)
        first = read_token(next_token, key)
        found = [draft for draft in self._drafts.all() if draft.status == status]
        found.sort(key=lambda draft: (-draft.size, draft.created_at, draft.draft_id))
        after = first + limit
        token = write_token(after, key) if after < len(found) else None
        return Page(found[first:after], len(found), token)

    def read(self, draft_id: str) -> Draft:
        """Return a draft, or raise UnknownDraft."""
        return self._drafts.read(draft_id)

    def accept(self, draft_id: str, edits: Edits) -> Draft:
        """Have a draft imported; accepting it again in the same way changes nothing.

        Raises InvalidRecord where no row can be made of it, and DraftSettled where it was decided
        on in another way.
        """
        draft = self._drafts.read(draft_id)
        if draft.status not in UNDECIDED:
            return self._accepted_before(draft, edits)
        row = learnt_row(draft, edits, self._knowledge.get_or_none())
        accepted = self._drafts.put(
            replace(
                draft,
                status="accepted",
                edits=edits.to_record(),
                row=row,
                reason="",
                lost=(),
                updated_at=self._clock(),
            )
        )
        self._send(accepted)
        return accepted

    def reject(self, draft_id: str, reason: str) -> Draft:
        """Put a draft away; questions that ask the same will make no new one."""
        draft = self._drafts.read(draft_id)
        if draft.status == "rejected":
            return draft
        if draft.status not in UNDECIDED:
            raise DraftSettled(f"the draft is {draft.status}, so it cannot be rejected")
        rejected = replace(draft, status="rejected", reason=reason, updated_at=self._clock())
        return self._drafts.put(rejected)

    def settle(self, file_name: str, report_key: str) -> Draft | None:
        """Take up what became of an imported file; return None where no draft waits for it."""
        if not (file_name.startswith(PREFIX) and file_name.endswith(SUFFIX)):
            return None
        try:
            draft = self._drafts.read(file_name[len(PREFIX) : -len(SUFFIX)])
        except UnknownDraft:
            return None
        # An event may come twice, and late.
        if draft.status not in {"accepted", "refused"}:
            return None
        settled = self._drafts.put(
            replace(
                draft,
                **_outcome(json.loads(self._inbox.read(report_key))),
                updated_at=self._clock(),
            )
        )
        if settled.status == "published":
            self._keep_golden(settled)
        logger.info("draft settled", draft_id=settled.draft_id, status=settled.status)
        return settled

    def _accepted_before(self, draft: Draft, edits: Edits) -> Draft:
        if draft.status == "rejected" or edits.to_record() != draft.edits:
            raise DraftSettled(f"the draft is {draft.status}, so it cannot be accepted like this")
        if draft.status == "accepted":
            # The file may not have been sent; the same file again changes nothing.
            self._send(draft)
        return draft

    def _send(self, draft: Draft) -> None:
        line = json.dumps(draft.row, ensure_ascii=False) + "\n"
        key = f"inbox/knowledge/{PREFIX}{draft.draft_id}{SUFFIX}"
        self._inbox.put(key, line.encode())

    def _keep_golden(self, draft: Draft) -> None:
        """Ask what was learnt from now on: the next full file of the entry may not know it."""
        golden = {
            "question": draft.edits.get("question") or draft.question,
            "entry_id": draft.row["entry_id"],
            "language": draft.language,
        }
        key = f"inbox/golden/{PREFIX}{draft.draft_id}.jsonl"
        self._inbox.put(key, (json.dumps(golden, ensure_ascii=False) + "\n").encode())


def _outcome(report: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a report says of a draft."""
    if report["status"] == "completed":
        return {
            "status": "published",
            "snapshot_id": report["snapshot_id"],
            "reason": "",
            "lost": (),
        }
    lost = report.get("findings", {}).get("golden", {}).get("lost", [])
    return {"status": "refused", "reason": report["reason"], "lost": tuple(lost[:MOST_LOST])}
