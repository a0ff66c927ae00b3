"""Word an answer anew from its passages, or keep the stored one: never what no passage supports."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Protocol, TypeAlias, TypeVar, cast

from aws_lambda_powertools import Logger

from concierge.answering.breaker import Breaker
from concierge.answering.grounding.checking import Grounding, Refusal
from concierge.answering.grounding.markup import foreign_markup
from concierge.answering.grounding.sentences import without_marks
from concierge.answering.prompt import LANGUAGES, Prompt, leaks, new_prompt, within_bounds
from concierge.errors import PromptTooLong, TimedOut, Unavailable
from concierge.language.detection import detect, primary
from concierge.language.encoder import TextEncoder

DEGRADED = "generation"
# Kept back of a deadline to hold the text against its passages.
CHECKING_S = 0.3
# With less, no generator is asked: it could not answer.
LEAST_S = 0.2
MOST_TOKENS = 300
MOST_CHARACTERS = 4_000

T = TypeVar("T")
_Pending: TypeAlias = SimpleQueue[tuple[T | None, Exception | None]]
_Judged: TypeAlias = tuple[str, tuple[Refusal, ...], tuple[int, ...]]

logger = Logger(child=True)


@dataclass(frozen=True, slots=True)
class Passage:
    """A text that an answer may rest on, and the id of its source.

    Its title, such as the question of an entry, lends words and names, but supports nothing.
    """

    source_id: str
    text: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Phrased:
    """What is said; `cited` are source ids, `refusals` why a generated text was not used."""

    text: str
    is_generated: bool
    cited: tuple[str, ...] = ()
    degraded: tuple[str, ...] = ()
    refusals: tuple[Refusal, ...] = ()


class TextGenerator(Protocol):
    """Writes text after a prompt."""

    def generate(self, prompt: Prompt, timeout_s: float, most_tokens: int) -> str:
        """Return the whole text, or raise Unavailable or PromptTooLong."""


class Phrasing:
    """Asks one generator, while it can be had, within a time and a number of tokens."""

    def __init__(
        self,
        generator: TextGenerator,
        timeout_s: float,
        most_tokens: int = MOST_TOKENS,
        breaker: Breaker | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._generator = generator
        self._timeout_s = timeout_s
        self._most_tokens = most_tokens
        self._breaker = breaker or Breaker(clock=clock)
        self._clock = clock

    def phrase(
        self,
        question: str,
        language: str,
        passages: Sequence[Passage],
        stored: str,
        encoder: TextEncoder | None,
        deadline: float,
    ) -> Phrased:
        """Return a new wording whose every sentence is supported, else the stored answer.

        `deadline` is in seconds of the clock; the stored answer is there by then, whatever the
        generator does.
        """
        language = primary(language)
        texts = within_bounds([passage.text for passage in passages])
        if encoder is None or not _can_check(language, texts, encoder):
            reason = "the text could not be checked in this language, or has no passages"
            return _stored(stored, Refusal("language", reason))
        titles = [passage.title for passage in passages[: len(texts)]]
        prompt = new_prompt(question, language, texts)
        try:
            text, refusals, cited = self._judged(prompt, language, texts, titles, encoder, deadline)
        except (Unavailable, PromptTooLong) as error:
            logger.warning("no wording generated", reason=str(error))
            return _stored(stored, Refusal("unavailable", str(error)))
        if refusals:
            logger.info("wording refused", rules=sorted({refusal.rule for refusal in refusals}))
            return _stored(stored, *refusals)
        sources = dict.fromkeys(passages[number - 1].source_id for number in cited)
        return Phrased(without_marks(text), is_generated=True, cited=tuple(sources))

    def _judged(  # one prompt, and what its text is held against
        self,
        prompt: Prompt,
        language: str,
        texts: Sequence[str],
        titles: Sequence[str],
        encoder: TextEncoder,
        deadline: float,
    ) -> _Judged:
        """Return what the generator writes by the deadline, why it is refused and what it cites."""
        timeout_s = min(self._timeout_s, deadline - self._clock() - CHECKING_S)
        if timeout_s < LEAST_S:
            raise TimedOut("no time is left to generate in")
        if not self._breaker.allows():
            raise Unavailable("the generator failed lately and is left alone for a while")
        give_up_at = self._clock() + timeout_s
        asked = _begun(lambda: self._generator.generate(prompt, timeout_s, self._most_tokens))

        def judge() -> _Judged:
            # The passages are read while the generator writes.
            grounding = Grounding(texts, encoder, titles)
            text = self._counted(asked, give_up_at - self._clock())
            refusals = _outer_refusals(text, language, prompt, texts)
            if refusals:
                return text, refusals, ()
            return text, *grounding.check(text)

        # The check has its deadline too: a text may be made to be slow to read.
        return _result(_begun(judge), deadline - self._clock())

    def _counted(self, asked: _Pending[str], timeout_s: float) -> str:
        """Return the generator's text, and tell the breaker how it went."""
        try:
            text = _result(asked, timeout_s)
        except Unavailable:
            self._breaker.failed()
            raise
        self._breaker.succeeded()
        return text


def _begun(call: Callable[[], T]) -> _Pending[T]:
    """Run a call in a thread of its own and return where its result will be.

    An adapter has its own deadline, which cannot cover each step: looking up a name has none. So
    one that is late is left behind.
    """
    results: _Pending[T] = SimpleQueue()

    def run() -> None:
        try:
            results.put((call(), None))
        except Exception as error:  # noqa: BLE001  # handed to the one who waits
            results.put((None, error))

    Thread(target=run, daemon=True).start()
    return results


def _result(pending: _Pending[T], timeout_s: float) -> T:
    """Return what a call returns or raises, or raise TimedOut."""
    try:
        value, error = pending.get(timeout=max(timeout_s, 0.0))
    except Empty:
        raise TimedOut("the wording was not there in time") from None
    if error:
        raise error
    return cast("T", value)


def _can_check(language: str, texts: Sequence[str], encoder: TextEncoder) -> bool:
    """Tell whether a text in a language can be held against passages, which have to be in it too."""
    return (
        language in LANGUAGES
        and language in encoder.languages
        and bool(texts)
        and all(detect(text) == language for text in texts)
    )


def _outer_refusals(
    text: str, language: str, prompt: Prompt, passages: Sequence[str]
) -> tuple[Refusal, ...]:
    """Return why a text is refused before any of its sentences is read."""
    markup = foreign_markup(text, passages)
    broken = {
        "empty": not text.strip() and "the generator wrote nothing",
        "length": len(text) > MOST_CHARACTERS and f"more than {MOST_CHARACTERS:,} characters",
        "leak": leaks(text, prompt, passages) and "the text repeats its instructions",
        "language": detect(without_marks(text)) != language and f"the text is not in {language}",
        "markup": markup or "",
    }
    return tuple(Refusal(rule, reason) for rule, reason in broken.items() if reason)[:1]


def _stored(stored: str, *refusals: Refusal) -> Phrased:
    return Phrased(stored, is_generated=False, degraded=(DEGRADED,), refusals=refusals)
