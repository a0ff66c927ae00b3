"""Drafts in memory."""

from dataclasses import replace

from concierge.errors import DraftChanged, UnknownDraft
from concierge.improving.draft import DRAFT_LIFE


class InMemoryDrafts:
    """Keeps drafts by id, until they expire at `now`."""

    def __init__(self, *drafts, now=0.0):
        self.kept = {}
        self.now = now
        for draft in drafts:
            self.put(draft)

    def read(self, draft_id):
        for draft in self.all():
            if draft.draft_id == draft_id:
                return draft
        raise UnknownDraft("there is no such draft; GET /v1/drafts lists those there are")

    def all(self):
        life = DRAFT_LIFE.total_seconds()
        yield from [each for each in self.kept.values() if each.updated_at + life >= self.now]

    def put(self, draft):
        known = self.kept.get(draft.draft_id)
        if (known.version if known else 0) != draft.version:
            raise DraftChanged("the draft was changed meanwhile; read it again")
        self.kept[draft.draft_id] = replace(draft, version=draft.version + 1)
        return self.kept[draft.draft_id]
