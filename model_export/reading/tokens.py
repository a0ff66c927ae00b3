"""The tokenizer that ships with the model: one file, without padding or truncation of its own."""

from collections.abc import Sequence
from pathlib import Path

from tokenizers import Tokenizer

from concierge.language.lexicon import Lexicon
from concierge.language.tokenizing import TextTokenizer
from model_export.errors import UnusableModel


def read_tokenizer(folder: Path, vocabulary: int) -> Tokenizer:
    """Read tokenizer.json and strip what the encoder decides: how long, and which side is padded.

    A tokenizer that pads on the left would otherwise shift the positions of every text.
    """
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise UnusableModel(
            f"{path} is missing; save the tokenizer with transformers "
            "(AutoTokenizer.from_pretrained(…).save_pretrained(…)) to make it"
        )
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # tokenizers raises plain Exception
        raise UnusableModel(f"{path} cannot be read: {error}") from error
    if tokenizer.get_vocab_size() > vocabulary:
        raise UnusableModel(
            f"{path} knows {tokenizer.get_vocab_size()} tokens, "
            f"but the model has vectors for {vocabulary}"
        )
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def token_ids(
    tokenizer: Tokenizer, texts: Sequence[str], max_tokens: int, lexicon: Lexicon | None = None
) -> list[list[int]]:
    """Return the ids of each text, cut at `max_tokens` as the encoder cuts them."""
    own = Tokenizer.from_str(tokenizer.to_str())
    return TextTokenizer(own, max_tokens, lexicon).ids(texts)
