"""The weekly job: open questions become drafts, and drafts that are there grow."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from aws_lambda_powertools import Logger

from concierge.answering.open_questions import OpenQuestion
from concierge.errors import DraftChanged
from concierge.improving.arranging import arranged
from concierge.improving.clustering import medoid, spread
from concierge.improving.draft import UNDECIDED, Draft, Drafts, Suggestion
from concierge.improving.likeness import Asked, EncodedOnce, compared
from concierge.improving.outcomes import Outcomes
from concierge.improving.suggesting import suggest
from concierge.language.encoder import TextEncoder
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.retrieval.live import Live

# Fewer customers than this are no reason for an entry.
FEWEST = 3
# So many are encoded and compared in the half minute that the gateway waits, even where encoding
# takes 7 ms each; of more, which are in no draft yet, the latest are.
MOST_QUESTIONS = 2_000
MOST_MEMBERS = 5_000
MOST_EXAMPLES = 20
MOST_VARIANTS = 5
# Enough of a text to tell what it asks.
LONGEST_EXAMPLE = 500

logger = Logger(child=True)


class AskedQuestions(Protocol):
    """Reads open questions."""

    def all(self) -> Iterator[OpenQuestion]:
        """Yield every question that has not expired, in no order."""


class AnswersGiven(Protocol):
    """Counts what became of the answers of the last days."""

    def count(self) -> Outcomes:
        """Return the counts."""


@dataclass(frozen=True, slots=True)
class Improvement:
    """What a run did: questions end in a draft or wait for more customers to ask them."""

    questions: int = 0
    left_out: int = 0
    waiting: int = 0
    new: int = 0
    grown: int = 0
    outcomes: Outcomes = field(default_factory=Outcomes)

    def to_record(self) -> dict[str, Any]:
        """Return the counts as they are sent and logged."""
        counts = {name: getattr(self, name) for name in self.__slots__ if name != "outcomes"}
        return counts | {"outcomes": self.outcomes.to_record()}


@dataclass(frozen=True, slots=True)
class _InForce:
    """What one run compares and suggests by."""

    knowledge: KnowledgeSnapshot | None
    encoder: TextEncoder | None


class Improver:
    """Makes drafts of open questions."""

    def __init__(
        self,
        questions: AskedQuestions,
        drafts: Drafts,
        knowledge: Live[KnowledgeSnapshot],
        encoders: Encoders,
        answers: AnswersGiven,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._questions = questions
        self._drafts = drafts
        self._knowledge = knowledge
        self._encoders = encoders
        self._answers = answers
        self._clock = clock

    def improve(self) -> Improvement:
        """Let drafts grow, and make new ones of what enough customers asked."""
        found = sorted(self._questions.all(), key=lambda each: (each.at, each.answer_id))
        known = sorted(self._drafts.all(), key=lambda draft: (draft.created_at, draft.draft_id))
        members = {member for draft in known for member in draft.members}
        unplaced = [each for each in found if each.answer_id not in members]
        free = unplaced[-MOST_QUESTIONS:]
        using = self._in_force()
        joined, clusters = arranged(free, known, using.encoder)
        by_id = {each.answer_id: each for each in found}
        for at, draft in enumerate(known):
            if _corrected(draft, by_id) > draft.reasons.get("corrected", 0):
                joined.setdefault(at, [])
        grown = self._grow(known, joined, by_id, using)
        enough = [cluster for cluster in clusters if _customers(cluster) >= FEWEST]
        new = sum(self._make(cluster, using) for cluster in enough)
        done = Improvement(
            questions=len(found),
            left_out=len(unplaced) - len(free),
            waiting=sum(map(len, clusters)) - sum(map(len, enough)),
            new=new,
            grown=grown,
            outcomes=self._answers.count(),
        )
        logger.info("drafts made", **done.to_record())
        return done

    def _in_force(self) -> "_InForce":
        snapshot = self._knowledge.get_or_none()
        encoder = self._encoders.get(snapshot.model) if snapshot else None
        return _InForce(snapshot, EncodedOnce(encoder) if encoder else None)

    def _grow(
        self,
        known: Sequence[Draft],
        joined: dict[int, list[OpenQuestion]],
        by_id: dict[str, OpenQuestion],
        using: "_InForce",
    ) -> int:
        """Keep drafts with what joined them; return how many an operator may still decide on."""
        grown = 0
        for at, added in joined.items():
            draft = known[at]
            members = (*draft.members, *(each.answer_id for each in added))[-MOST_MEMBERS:]
            more = replace(draft, members=members, size=_size(members))
            if draft.status in UNDECIDED:
                at_hand = [by_id[each] for each in members if each in by_id]
                more = _described(replace(more, updated_at=self._clock()), at_hand, using)
                grown += 1
            self._put(more)
        return grown

    def _make(self, cluster: Sequence[OpenQuestion], using: "_InForce") -> bool:
        now = self._clock()
        members = tuple(each.answer_id for each in cluster)[-MOST_MEMBERS:]
        digest = hashlib.blake2b("\n".join(members).encode(), digest_size=8)
        draft = Draft(
            draft_id=digest.hexdigest(),
            question="",
            language="",
            examples=(),
            members=members,
            size=_size(members),
            languages={},
            reasons={},
            suggestion=Suggestion("entry"),
            created_at=now,
            updated_at=now,
        )
        return self._put(_described(draft, cluster, using))

    def _put(self, draft: Draft) -> bool:
        """Keep a draft; one that an operator decides on at this moment waits for the next run."""
        try:
            self._drafts.put(draft)
        except DraftChanged:
            logger.info("draft left as it is", draft_id=draft.draft_id)
            return False
        return True


def _described(draft: Draft, questions: Sequence[OpenQuestion], using: "_InForce") -> Draft:
    """Return a draft with what its questions say, as far as they are still kept."""
    languages = Counter(each.language for each in questions)
    language = languages.most_common(1)[0][0]
    texts = list(dict.fromkeys(each.question for each in questions if each.language == language))
    (group,) = compared([Asked(text, language) for text in texts], using.encoder)
    likeness = group.vectors @ group.vectors.T
    # The examples say most where they differ, the first of them what all have in common.
    order = spread(likeness, medoid(likeness), MOST_EXAMPLES)
    examples = [texts[row] for row in order]
    others = [each.question for each in questions if each.language != language]
    shown = [text[:LONGEST_EXAMPLE] for text in (*examples, *others)]
    suggestion = suggest(questions, language, using.knowledge, using.encoder)
    return replace(
        draft,
        middle=tuple(round(float(value), 4) for value in group.vectors.mean(axis=0))
        if group.model
        else (),
        model=group.model,
        question=examples[0],
        language=language,
        # What expired since goes on to tell what the draft is about.
        examples=tuple(dict.fromkeys([*shown, *draft.examples]))[:MOST_EXAMPLES],
        languages=dict(languages.most_common()),
        reasons=dict(Counter(each.reason for each in questions).most_common()),
        suggestion=replace(suggestion, variants=tuple(examples[1 : 1 + MOST_VARIANTS])),
    )


def _corrected(draft: Draft, by_id: Mapping[str, OpenQuestion]) -> int:
    """Return how many of a draft's customers say by now what the answer should have been."""
    return sum(bool(by_id[each].correction) for each in draft.members if each in by_id)


def _customers(cluster: Sequence[OpenQuestion]) -> int:
    return _size(tuple(each.answer_id for each in cluster))


def _size(members: Sequence[str]) -> int:
    """Return how many customers asked: a conversation counts once, however often it asks."""
    return len({member.rpartition(".")[0] for member in members})
