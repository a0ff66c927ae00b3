"""An encoder whose meaning is words: texts that share words, or synonyms, are close."""

import hashlib

import numpy as np

from concierge.artifacts.manifest import ModelRef
from concierge.language.tokens import lexical_tokens

DIMENSIONS = 256


class WordEncoder:
    """Adds up one random direction for each word; `synonyms` map words to one another."""

    def __init__(self, synonyms=None, languages=("en",)):
        self.model = ModelRef("words", "0" * 64)
        self.dimensions = DIMENSIONS
        self.languages = dict.fromkeys(languages, 1.0)
        self.encoded = []
        self._synonyms = synonyms or {}

    def encode(self, texts, kind="passage"):
        self.encoded.extend(texts)
        vectors = np.array([self._vector(text) for text in texts], np.float32)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    def knows(self, word):
        return word in self._synonyms

    def _vector(self, text):
        words = {self._synonyms.get(token, token) for token in lexical_tokens(text)}
        return sum((_direction(word) for word in words), 1e-6 * np.ones(DIMENSIONS))


def _direction(word):
    seed = int.from_bytes(hashlib.blake2b(word.encode(), digest_size=4).digest(), "little")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS)


class EncodersOf:
    """Hands out one encoder, or none, whatever the model asked for."""

    def __init__(self, encoder):
        self.encoder = encoder

    def get(self, model):
        return self.encoder if model else None
