"""A few vectors that a manifest states, so that anybody can check a published model by itself."""

from collections.abc import Mapping, Sequence

import numpy as np

from concierge.errors import BrokenArtifact
from concierge.language.encoder import TextEncoder

TEXTS = ("red dress", "Can I send it back after I opened the box?", "蓝牙耳机")
# Enough numbers to tell vectors apart, few enough to read.
KEPT = 8
# CPUs without VNNI add up int8 products in another way; a model gone wrong is much further off.
TOLERANCE = 0.02


def specimen(encoder: TextEncoder) -> dict[str, list[float]]:
    """Return the first numbers of each text's vector."""
    vectors = encoder.encode(TEXTS, "passage")
    return {
        text: [round(float(number), 5) for number in vector[:KEPT]]
        for text, vector in zip(TEXTS, vectors, strict=True)
    }


def check_specimen(encoder: TextEncoder, stated: Mapping[str, Sequence[float]]) -> float:
    """Return the largest difference to the numbers that are stated, or raise BrokenArtifact."""
    vectors = encoder.encode(list(stated), "passage")
    lengths = np.linalg.norm(vectors, axis=1)
    if not np.allclose(lengths, 1, atol=1e-3):
        raise BrokenArtifact("the model's vectors do not have length one")
    furthest = max(
        float(np.abs(vector[: len(numbers)] - numbers).max())
        for vector, numbers in zip(vectors, stated.values(), strict=True)
    )
    if not furthest <= TOLERANCE:
        raise BrokenArtifact(
            f"the model's vectors differ by {furthest:.3f} from those that its manifest states"
        )
    return furthest
