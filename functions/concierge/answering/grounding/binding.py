"""Whether a number, a moment or an opposite stands where its passage has it, not in a rival's place."""

from collections.abc import Mapping, Sequence

from concierge.answering.grounding.tokens import Token

# How many words to each side say what a token is about, the nearer the more.
WINDOW = 10
# A rival has to fit this much better: words come in another order in honest sentences.
MARGIN = 1.25


def misplaced(
    said: Sequence[Token], place: int, sources: Sequence[Sequence[Token]]
) -> Token | None:
    """Return the rival that a source has in the place of `said[place]`, or None."""
    token = said[place]
    context = _context(said, place)
    own, best, rival = 0.0, 0.0, None
    for source in sources:
        for other, candidate in enumerate(source):
            if candidate.family != token.family:
                continue
            fit = _fit(context, _context(source, other))
            if candidate.key == token.key:
                own = max(own, fit)
            elif fit > best:
                best, rival = fit, candidate
    return rival if best > MARGIN * own + 1e-9 else None


def _context(tokens: Sequence[Token], place: int) -> Mapping[str, float]:
    """Return the words around a place, each with one over its distance; what is of its family not."""
    weights: dict[str, float] = {}
    for step in (-1, 1):
        distance, at = 0, place + step
        while 0 <= at < len(tokens) and distance < WINDOW:
            token = tokens[at]
            # A character of Chinese is less than a word.
            distance += 0 if token.kind == "filler" else 1
            if token.kind not in {"filler", "stop"} and token.family != tokens[place].family:
                key = f"{token.family} {token.key}" if token.family else token.key
                weights[key] = max(weights.get(key, 0.0), 1 / (1 + distance))
            at += step
    return weights


def _fit(one: Mapping[str, float], other: Mapping[str, float]) -> float:
    return sum(min(weight, other[key]) for key, weight in one.items() if key in other)
