"""Which token comes next, and how tokens become text."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer, decoders, models, pre_tokenizers

from concierge.artifacts.manifest import Manifest
from concierge.generating.generator import OnnxGenerator
from concierge.generating.pieces import Pieces
from concierge.generating.sampling import (
    GenerationOptions,
    choose_token,
    nucleus,
    penalised,
    probabilities,
)

LOGITS = np.array([1.0, 3.0, 2.0, -1.0], np.float32)
BYTES = sorted(pre_tokenizers.ByteLevel.alphabet())
END = len(BYTES)


def tokenizer_of_bytes():
    tokenizer = Tokenizer(models.BPE({byte: n for n, byte in enumerate(BYTES)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


class Recited:
    """Steps that recite given tokens, each as the only likely one."""

    def __init__(self, tokens):
        self.tokens = list(tokens)

    def read(self, prompt):
        return self._next()

    def next(self, token):
        return self._next()

    def _next(self):
        logits = np.zeros(END + 1, np.float32)
        logits[self.tokens.pop(0) if self.tokens else END] = 9
        return logits


def reciting(text, context=1000):
    tokenizer = tokenizer_of_bytes()
    tokens = tokenizer.encode(text).ids
    details = {"end_tokens": [END], "kind": "decoder", "context": context}
    manifest = Manifest("generator", "g", "", {}, details=details)
    return OnnxGenerator(manifest, lambda: Recited(tokens), tokenizer)


def test_without_temperature_the_likeliest_is_taken():
    assert choose_token(LOGITS, [], GenerationOptions(), np.random.default_rng(0)) == 1


def test_penalty_moves_what_was_said_away_from_the_likeliest():
    lowered = penalised(LOGITS, [1, 3], 2.0)
    np.testing.assert_allclose(lowered, [1.0, 1.5, 2.0, -2.0])
    options = GenerationOptions(repetition_penalty=2.0)
    assert choose_token(LOGITS, [1], options, np.random.default_rng(0)) == 2


def test_probabilities_of_large_logits_are_finite_and_add_up():
    found = probabilities(np.array([1e4, 1e4, -1e4], np.float32))
    np.testing.assert_allclose(found, [0.5, 0.5, 0.0])


def test_nucleus_keeps_the_fewest_that_reach_the_share():
    likely = np.array([0.1, 0.5, 0.4])
    np.testing.assert_allclose(nucleus(likely, 0.5), [0, 1, 0])
    np.testing.assert_allclose(nucleus(likely, 0.6), [0, 5 / 9, 4 / 9])
    np.testing.assert_allclose(nucleus(likely, 1.0), likely)


def test_sampling_follows_the_probabilities():
    options = GenerationOptions(temperature=1.0)
    chance = np.random.default_rng(0)
    drawn = [choose_token(LOGITS, [], options, chance) for _ in range(4000)]
    shares = np.bincount(drawn, minlength=4) / len(drawn)
    np.testing.assert_allclose(shares, probabilities(LOGITS), atol=0.03)


def test_tiny_temperature_takes_the_likeliest():
    options = GenerationOptions(temperature=1e-320)
    assert choose_token(LOGITS, [], options, np.random.default_rng(0)) == 1


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"max_new_tokens": 0}, "max_new_tokens"),
        ({"temperature": -1}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"top_p": 0}, "top_p"),
        ({"repetition_penalty": 0}, "repetition_penalty"),
        ({"stop": ("",)}, "stop"),
    ],
)
def test_option_out_of_range_is_named(wrong, name):
    with pytest.raises(ValueError, match=name):
        GenerationOptions(**wrong)


def test_text_ends_where_the_model_ends_it():
    written = reciting("Gern geschehen").generate("Danke")
    assert (written.text, written.finish_reason) == ("Gern geschehen", "end")


def test_text_is_cut_at_its_length():
    written = reciting("abcdef").generate("x", GenerationOptions(max_new_tokens=3))
    assert (written.text, written.tokens, written.finish_reason) == ("abc", 3, "length")


def test_text_ends_before_a_stop_text():
    written = reciting("One.\nTwo.\nThree").generate("x", GenerationOptions(stop=(".\nT",)))
    assert (written.text, written.finish_reason) == ("One", "stop")


def test_prompt_and_text_share_the_context_of_a_decoder():
    assert reciting("abcdef", context=8).generate("12345").text == "abc"


@given(st.text(min_size=1, max_size=30), st.lists(st.text(min_size=1, max_size=3), max_size=2))
def test_pieces_join_to_the_text_and_are_whole_characters(text, stop):
    options = GenerationOptions(max_new_tokens=500, stop=tuple(stop))
    generator = reciting(text)
    pieces = list(generator.stream("x", options))
    ends = [place for one in stop if (place := text.find(one)) >= 0]
    assert "".join(pieces) == text[: min(ends, default=len(text))]


def test_half_a_character_is_held_back():
    tokenizer = tokenizer_of_bytes()
    pieces = Pieces(tokenizer.decode, ())
    first, *rest = tokenizer.encode("好").ids
    assert pieces.add(first) == ""
    assert "".join(pieces.add(token) for token in rest) == "好"
