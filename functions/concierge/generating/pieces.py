"""Tokens become text: never half a character, never a part of what ends it."""

from collections.abc import Callable, Sequence

# What a decoder writes for bytes that are no character yet.
UNFINISHED = "\ufffd"


class Pieces:
    """Collects tokens and gives text as soon as it is certain."""

    def __init__(self, decode: Callable[[Sequence[int]], str], stop: Sequence[str]) -> None:
        self._decode = decode
        self._stop = stop
        self._tokens: list[int] = []
        self._given = 0
        self.stopped = False

    def add(self, token: int) -> str:
        """Take a token and return the text that is certain now, perhaps none."""
        self._tokens.append(token)
        return self._give(self._text().rstrip(UNFINISHED), hold_back=True)

    def rest(self) -> str:
        """Return the text that was held back, once there are no more tokens."""
        return self._give(self._text(), hold_back=False)

    def _text(self) -> str:
        return self._decode(self._tokens)

    def _give(self, text: str, *, hold_back: bool) -> str:
        if self.stopped:
            return ""
        ends = [place for stop in self._stop if (place := text.find(stop, self._given)) >= 0]
        if ends:
            self.stopped = True
            end = min(ends)
        else:
            end = len(text) - (self._begun(text) if hold_back else 0)
        piece = text[self._given : max(end, self._given)]
        self._given = max(end, self._given)
        return piece

    def _begun(self, text: str) -> int:
        """Return how many of the last characters may be the beginning of a stop text."""
        longest = max((len(stop) - 1 for stop in self._stop), default=0)
        for length in range(min(longest, len(text)), 0, -1):
            if any(stop.startswith(text[-length:]) for stop in self._stop):
                return length
        return 0
