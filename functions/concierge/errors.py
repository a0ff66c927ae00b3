"""Everything that can go wrong and has a name.

ConciergeError
├── InvalidRecord          one row, event or request field breaks a rule
├── InvalidExpression      a filter expression breaks a rule
├── BrokenFile             a file as a whole cannot be used
│   ├── InvalidConfiguration   … because values of a configuration break rules
│   └── LostAnswers            … because golden questions would lose their answers
├── BrokenArtifact         a model or snapshot does not match its manifest
├── PointerMoved           somebody else published first
├── UnknownItem            no such product in the snapshot in force
├── UnknownCustomer        no profile under this id
├── UnknownAnswer          feedback names an answer that was never given
├── UnknownDraft           no such draft, or it expired
├── DraftSettled           a draft was decided on before
├── DraftChanged           a draft was written by somebody else meanwhile
├── UnknownConversation    the conversation expired or never was
├── PromptTooLong          a prompt does not fit into the model that continues it
├── UnknownHead            the model has no linear head of this name
├── StalePageToken         the page token belongs to another request or snapshot
├── ProfileChanged         a profile was written by somebody else meanwhile
├── DuplicateEvents        some events of a commit took effect before
├── CallFailed             a shop's own endpoint gave no usable answer
│   └── NotFound               … because it knows nothing of what was asked
├── Warming                nothing to serve from yet
├── OldSnapshot            the snapshot in force lacks what is asked of it
└── Unavailable            a service we depend on failed
    ├── Throttled          … because it asked us to slow down
    ├── UnusableKey        … because a key is unknown, disabled, forbidden or of another kind
    ├── TimedOut           … because it took longer than it was given
    ├── Asleep             … because it was scaled to zero and is being started
    └── UnreadableReply    … because what it sent is not what its protocol says
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class ConciergeError(Exception):
    """The root of every error that Concierge raises on purpose."""


class InvalidRecord(ConciergeError):
    """One row, event or request field breaks a rule; `field` names it."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason


class InvalidExpression(ConciergeError):
    """A filter expression breaks a rule at `position`, a character counted from 1.

    `parameter` names the parameter that is to blame; one that is not used has no position.
    """

    def __init__(
        self, reason: str, position: int | None = None, parameter: str | None = None
    ) -> None:
        super().__init__(f"character {position:,}: {reason}" if position else reason)
        self.reason = reason
        self.position = position
        self.parameter = parameter


class BrokenFile(ConciergeError):
    """A file as a whole cannot be used: empty, truncated, wrongly encoded, too large."""


class InvalidConfiguration(BrokenFile):
    """Values of a configuration break rules; `mistakes` holds JSON pointers and what is wrong."""

    def __init__(self, mistakes: Sequence[tuple[str, str]]) -> None:
        pointer, detail = mistakes[0]
        others = f" (and {len(mistakes) - 1:,} more mistakes)" if len(mistakes) > 1 else ""
        super().__init__(f"{pointer or '/'}: {detail}{others}")
        self.mistakes = tuple(mistakes)


class LostAnswers(BrokenFile):
    """Questions would lose their answers; `lost` holds question, wanted and found entry of each.

    `findings` are what the report tells besides.
    """

    def __init__(
        self, lost: Sequence[tuple[str, str, str]], findings: Mapping[str, Any] | None = None
    ) -> None:
        question, wanted, found = lost[0]
        others = f" (and {len(lost) - 1:,} more)" if len(lost) > 1 else ""
        super().__init__(
            f"{question[:200]!r} would find {found or 'nothing'} instead of "
            f"{wanted or 'nothing'}{others}; nothing was changed"
        )
        self.lost = tuple(lost)
        self.findings = findings or {}


class BrokenArtifact(ConciergeError):
    """A model or snapshot does not match its manifest; the message names the file."""


class PointerMoved(ConciergeError):
    """Somebody else published between reading the pointer and flipping it."""


class UnknownItem(ConciergeError):
    """No product with this id is in the snapshot in force."""


class UnknownCustomer(ConciergeError):
    """No profile is kept under this id."""


class UnknownAnswer(ConciergeError):
    """Feedback names an answer that was never given."""


class UnknownDraft(ConciergeError):
    """No draft is kept under this id."""


class DraftSettled(ConciergeError):
    """A draft was decided on before, so it cannot be decided on in another way."""


class DraftChanged(ConciergeError):
    """The draft was written by somebody else since it was read."""


class UnknownConversation(ConciergeError):
    """The conversation expired or never was."""


class PromptTooLong(ConciergeError):
    """A prompt has more tokens than the model that continues it can read, or none."""


class UnknownHead(ConciergeError):
    """The model has no linear head of this name; the message lists those that it has."""


class StalePageToken(ConciergeError):
    """The page token belongs to another request or to a snapshot no longer in force."""


class ProfileChanged(ConciergeError):
    """The profile was written by somebody else since it was read."""


class DuplicateEvents(ConciergeError):
    """Some events of a commit took effect before; `event_ids` names them."""

    def __init__(self, event_ids: Iterable[str]) -> None:
        self.event_ids = frozenset(event_ids)
        super().__init__(f"{len(self.event_ids)} events took effect before")


class CallFailed(ConciergeError):
    """A shop's own endpoint gave no usable answer; the message holds nothing of what was asked."""


class NotFound(CallFailed):
    """The endpoint answered that it knows nothing of what was asked."""


class Warming(ConciergeError):
    """Nothing has been published yet, so there is nothing to serve from."""


class OldSnapshot(ConciergeError):
    """The snapshot in force was written before a column that is asked for; import again."""


class Unavailable(ConciergeError):
    """A service we depend on failed; trying again later may work."""


class Throttled(Unavailable):
    """A service we depend on asked us to slow down."""


class UnusableKey(Unavailable):
    """A key cannot sign or verify: it is unknown, disabled, forbidden or of another kind."""


class TimedOut(Unavailable):
    """A service took longer than it was given."""


class Asleep(Unavailable):
    """A service was scaled to zero; asking it starts it, which takes minutes."""


class UnreadableReply(Unavailable):
    """A service sent what its protocol does not know: another type, cut off, or far too much."""
