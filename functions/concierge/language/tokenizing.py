"""From a text to the ids of its tokens: by the model's own tokenizer, and by words that were added."""

from collections.abc import Sequence

from tokenizers import Tokenizer

from concierge.language.lexicon import Lexicon, Spelt

TokenIds = list[int]


class TextTokenizer:
    """Cuts texts into tokens of one model, at most `max_tokens` with the special ones.

    A text in which no word of the lexicon can be goes through the model's tokenizer alone, and so
    has the very tokens that it has without a lexicon.
    """

    def __init__(
        self, tokenizer: Tokenizer, max_tokens: int, lexicon: Lexicon | None = None
    ) -> None:
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(max_tokens)
        self._max_tokens = max_tokens
        self._lexicon = lexicon
        self._frame = _special_tokens(tokenizer) if lexicon else ([], [])

    def ids(self, texts: Sequence[str]) -> list[TokenIds]:
        """Return the ids of each text, special tokens included."""
        if self._lexicon is None:
            return self._plain(texts)
        added = [place for place, text in enumerate(texts) if self._lexicon.covers(text)]
        if not added:
            return self._plain(texts)
        others = list(texts)
        for place in added:
            others[place] = ""
        found = self._plain(others)
        for place in added:
            found[place] = self._with_words(texts[place], self._lexicon)
        return found

    def knows(self, word: str) -> bool:
        """Tell whether a word is a token of its own, as common words are, spelt right."""
        return self._tokenizer.token_to_id(word) is not None

    def _plain(self, texts: Sequence[str]) -> list[TokenIds]:
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]

    def _with_words(self, text: str, lexicon: Lexicon) -> TokenIds:
        first, last = self._frame
        parts = list(lexicon.split(text))
        between = [part for part in parts if isinstance(part, str)]
        encoded = iter(self._tokenizer.encode_batch_fast(between, add_special_tokens=False))
        ids = [
            number
            for part in parts
            for number in (part.ids if isinstance(part, Spelt) else next(encoded).ids)
        ]
        return [*first, *ids[: self._max_tokens - len(first) - len(last)], *last]


def _special_tokens(tokenizer: Tokenizer) -> tuple[TokenIds, TokenIds]:
    """Return the special tokens before and behind every text."""
    encoding = tokenizer.encode("a")
    own = [place for place, special in enumerate(encoding.special_tokens_mask) if not special]
    if not own:
        return encoding.ids, []
    return encoding.ids[: own[0]], encoding.ids[own[-1] + 1 :]
