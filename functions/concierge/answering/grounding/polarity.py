"""Which words a sentence denies, and whether its source denies the same."""

from collections.abc import Sequence
from dataclasses import dataclass

from concierge.answering.grounding.tokens import Token

# Shares of words from which two clauses say the same thing and have to deny as often.
ALIKE = 0.7


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence between commas: its words, how often it denies, and what it denies."""

    words: frozenset[str]
    denied: frozenset[str]
    denials: int
    # With the harmless words, such as `reason`, which only say what a negation is about.
    denied_at_all: frozenset[str] = frozenset()
    every: frozenset[str] = frozenset()


def clauses(tokens: Sequence[Token]) -> list[Clause]:
    """Return the clauses of a sentence that say anything."""
    parts: list[list[Token]] = [[]]
    for token in tokens:
        if token.kind == "stop":
            parts.append([])
        else:
            parts[-1].append(token)
    return [_clause(part) for part in parts if part]


def wrongly_denied(said: Sequence[Clause], sources: Sequence[Sequence[Clause]]) -> str | None:
    """Return what is denied in one and stated in the other, or None.

    `sources` are sentences, the one most like what is said first.
    """
    known = [clause for source in sources for clause in source]
    for clause in said:
        stated = clause.words - clause.denied
        for word in clause.denied:
            holders = _holders(word, sources)
            if holders and not any(word in holder.denied for holder in holders):
                return word
        for word in stated:
            holders = _holders(word, sources)
            if holders and all(word in holder.denied for holder in holders):
                return word
        if clause.denials and not any(_denies_alike(clause, other) for other in known):
            return "negation"
        if _differs_from_its_like(clause, known):
            return "negation"
    return None


def _holders(word: str, sources: Sequence[Sequence[Clause]]) -> list[Clause]:
    """Return the clauses with a word in the first of the sentences that has it."""
    for source in sources:
        holders = [clause for clause in source if word in clause.words]
        if holders:
            return holders
    return []


def _denies_alike(clause: Clause, other: Clause) -> bool:
    if clause.denied_at_all:
        return bool(clause.denied_at_all & other.denied_at_all)
    return bool(other.denials) and clause.words == other.words


def _differs_from_its_like(clause: Clause, known: Sequence[Clause]) -> bool:
    """Tell whether the clauses with nearly the same words deny more or less often, all of them."""
    like = [other for other in known if _likeness(clause.every, other.every) >= ALIKE]
    return bool(like) and all(other.denials != clause.denials for other in like)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(len(one), len(other), 1)


def _clause(tokens: Sequence[Token]) -> Clause:
    words: set[str] = set()
    denied: set[str] = set()
    aside: set[str] = set()
    every: set[str] = set()
    denials, pair = 0, ""
    places = [place for place, token in enumerate(tokens) if token.kind == "cue"]
    ahead = not places or any(
        token.is_content or token.kind in {"filler", "polar"} for token in tokens[places[0] + 1 :]
    )
    for place, token in enumerate(tokens):
        if token.kind == "cue":
            denials += 1
        elif token.key:
            every.add(token.key)
        # Where nothing follows the negation, it denies what stands before it.
        is_denied = bool(places) and (place > places[0] if ahead else place < places[0])
        if token.is_content:
            found = {_word(token)}
            if token.kind == "han":
                # Two characters that touch are a word more often than one.
                found = {pair + token.text} if pair else set()
                pair = token.text
            else:
                pair = ""
            words |= found
            denied |= found if is_denied else set()
        else:
            pair = ""
            if is_denied and token.kind in {"filler", "polar"} and token.key:
                aside.add(token.key)
    return Clause(
        frozenset(words),
        frozenset(denied),
        denials,
        frozenset(denied | aside),
        frozenset(every | words),
    )


def _word(token: Token) -> str:
    return f"{token.family} {token.key}" if token.kind in {"number", "moment"} else token.key
