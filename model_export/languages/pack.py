"""A language pack on disk: words with their spellings, vectors in int8, script, and what made it.

manifest.json        encoder, sources, licences, figures, seed, hash of every file
words.tsv            word, tab, tokens of the encoder, or * for a vector of its own
arrays.safetensors   rows int8 [words with *, width], scales float32; letters, folds, folded
held-out.tsv         translations that it was not trained on, to judge it by, and by whom they are
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from concierge.artifacts.arrays import Arrays, ArraysWriter
from concierge.artifacts.manifest import Manifest, describe_folder, verify_folder
from concierge.errors import BrokenArtifact
from concierge.language.lexicon import codes_of
from model_export.errors import UnusablePack
from model_export.languages.pairs import Pair
from model_export.languages.script import Script
from model_export.languages.words import Spelling

WORDS, HELD_OUT = "words.tsv", "held-out.tsv"
OWN_VECTOR = "*"
PREBUILT = Path(__file__).resolve().parents[1] / "packs"


@dataclass(frozen=True, slots=True, eq=False)
class Pack:
    """A language that can be added to one encoder.

    `spellings` are token ids of the encoder; words that are missing there have a row of `rows`
    (int8 [common, width], with `scales` float32 [common, 1]), in the order of `common`.
    """

    language: str
    spellings: Mapping[str, Spelling]
    common: Sequence[str]
    rows: NDArray[np.int8]
    scales: NDArray[np.float32]
    script: Script
    held_out: Sequence[Pair]
    details: Mapping[str, Any]
    fingerprint: str = ""

    @property
    def vectors(self) -> NDArray[np.float32]:
        """Return the vectors of the common words, float32 [common, width]."""
        return self.rows * self.scales

    def numbered(self, first: int) -> dict[str, Spelling]:
        """Return the ids of every word where the first of the pack's own vectors is token `first`."""
        own = {word: (first + row,) for row, word in enumerate(self.common)}
        return {**self.spellings, **own}


def write_pack(folder: Path, pack: Pack, tokenizer: Tokenizer) -> Manifest:
    """Write a pack into an empty folder."""
    tokens = {number: token for token, number in tokenizer.get_vocab().items()}
    words = {word: " ".join(tokens[n] for n in ids) for word, ids in pack.spellings.items()}
    words |= dict.fromkeys(pack.common, OWN_VECTOR)
    _write_rows(folder / WORDS, sorted(words.items()))
    _write_rows(folder / HELD_OUT, [(p.known, p.added, p.credit) for p in pack.held_out])
    writer = ArraysWriter(folder)
    writer.column("rows", np.int8, pack.rows.shape[1]).append(pack.rows)
    writer.put("scales", pack.scales[:, 0])
    folds = sorted(pack.script.folds.items())
    writer.put("letters", codes_of("".join(sorted(pack.script.letters))))
    writer.put("folds", codes_of("".join(form for form, _ in folds)))
    writer.put("folded", codes_of("".join(to for _, to in folds)))
    writer.finish()
    counts = {"words": len(words), "vectors": len(pack.common), "held_out": len(pack.held_out)}
    return describe_folder(folder, "language-pack", counts=counts, details=pack.details)


def read_pack(folder: Path, tokenizer: Tokenizer, weights_sha256: str) -> Pack:
    """Read a pack for an encoder, or raise UnusablePack: damaged, or made for another one."""
    try:
        manifest = verify_folder(folder)
        if manifest.kind != "language-pack":
            raise UnusablePack(f"{folder} is no language pack but a {manifest.kind}")
        encoder = manifest.details["encoder"]
        if encoder["weights_sha256"] != weights_sha256:
            raise UnusablePack(
                f"the language pack {folder.name} was built for {encoder['name']} (weights sha256 "
                f"{encoder['weights_sha256'][:12]}…), not for this encoder ({weights_sha256[:12]}…); "
                "build one for it, or export without"
            )
        return _read(folder, manifest, tokenizer)
    except (BrokenArtifact, KeyError, TypeError, ValueError, OSError) as error:
        raise UnusablePack(f"the language pack {folder} cannot be read: {error}") from error


def find_pack(name: str) -> Path:
    """Return the folder of a pack by the code of a prebuilt one or by its path."""
    folder = PREBUILT / name
    if folder.is_dir():
        return folder
    if Path(name).is_dir():
        return Path(name)
    known = ", ".join(sorted(path.name for path in PREBUILT.glob("*/"))) or "none"
    raise UnusablePack(f"there is no language pack {name!r}; prebuilt: {known}; or give a folder")


def _read(folder: Path, manifest: Manifest, tokenizer: Tokenizer) -> Pack:
    arrays = Arrays.open(folder)
    spelt: dict[str, str] = dict(_read_rows(folder / WORDS))
    common = sorted(word for word, tokens in spelt.items() if tokens == OWN_VECTOR)
    vocabulary = tokenizer.get_vocab()
    spellings = {
        word: tuple(_id(token, vocabulary) for token in tokens.split(" "))
        for word, tokens in spelt.items()
        if tokens != OWN_VECTOR
    }
    if len(common) != len(arrays["rows"]):
        raise UnusablePack(f"{folder}: {WORDS} does not fit the vectors")
    folds = zip(_characters(arrays["folds"]), _characters(arrays["folded"]), strict=True)
    return Pack(
        manifest.details["language"],
        spellings,
        common,
        arrays["rows"],
        arrays["scales"][:, None],
        Script(frozenset(_characters(arrays["letters"])), dict(folds)),
        [Pair(*columns) for columns in _read_rows(folder / HELD_OUT)],
        manifest.details,
        manifest.fingerprint,
    )


def _id(token: str, vocabulary: Mapping[str, int]) -> int:
    if token not in vocabulary:
        raise ValueError(f"{WORDS} has a token {token!r} that the encoder does not know")
    return vocabulary[token]


def _characters(codes: NDArray[np.uint32]) -> str:
    return codes.tobytes().decode("utf-32-le")


def _write_rows(path: Path, rows: Iterable[Sequence[str]]) -> None:
    text = "".join("\t".join(columns) + "\n" for columns in rows)
    path.write_text(text, encoding="utf-8", newline="\n")


def _read_rows(path: Path) -> Iterator[list[str]]:
    for line in path.read_text(encoding="utf-8").split("\n"):
        if line:
            yield line.split("\t")
