"""Where the sentence around a span begins and ends."""

LONGEST_SENTENCE = 500
_ENDS = ("\n", "。", "！", "？", ". ", "! ", "? ")


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence of a span, as far as it is short: half an order is still one."""
    before = max(0, start - LONGEST_SENTENCE)
    after = min(len(text), end + LONGEST_SENTENCE)
    begins = [text.rfind(mark, before, start) for mark in _ENDS]
    first = max(
        (at + len(mark) for at, mark in zip(begins, _ENDS, strict=True) if at >= 0), default=before
    )
    ends = [text.find(mark, end, after) for mark in _ENDS]
    # The mark goes with its sentence; a line end stays where it is.
    last = min((at + (text[at] != "\n") for at in ends if at >= 0), default=after)
    return first, last
