"""From a recipe to a pack: read, spell, teach, measure, write."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from concierge.artifacts.manifest import Manifest, sha256_of
from concierge.language.lexicon import build_lexicon
from concierge.language.tokenizing import TextTokenizer
from model_export.encoders.embeddings import quantise_rows
from model_export.encoders.original import load_original
from model_export.encoders.workshop import open_workshop
from model_export.errors import UnusablePairs
from model_export.evidence.machine import describe_machine
from model_export.languages import training
from model_export.languages.dictionary import read_dictionary
from model_export.languages.pack import Pack, write_pack
from model_export.languages.pairs import Pair, Pairs, joined, read_pairs, without
from model_export.languages.recipe import PackRecipe, SourceFile
from model_export.languages.script import Script, find_script
from model_export.languages.text_lines import text_lines
from model_export.languages.words import Words, common_words, spell, starting_vectors
from model_export.progress import Progress
from model_export.publishing.placing import put_in_place, workplace
from model_export.reading.blueprint import Blueprint
from model_export.reading.sources import Source
from model_export.reading.tokens import read_tokenizer
from model_export.reading.weights import weights_sha256

STEPS = 6
# Pairs that are kept from training to judge by: enough to tell a per cent, few enough to spare.
HELD_OUT, HELD_OUT_SHARE = 500, 0.1
FEWEST_PAIRS = 20
CHECKPOINT, TEACHER = "learnt.pt", "originals.npy"


@dataclass(frozen=True, slots=True)
class Encoder:
    """The encoder that a language is added to."""

    source: Source
    blueprint: Blueprint

    @property
    def identity(self) -> dict[str, str]:
        """Return the name and the hash of the weights that a pack is for."""
        return {
            "name": self.source.name,
            "weights_sha256": weights_sha256(self.source.folder),
        }


@dataclass(frozen=True, slots=True)
class Material:
    """Everything that was read: the script, spelt words, and pairs apart from held-out ones."""

    script: Script
    words: Words
    pairs: Pairs
    held_out: tuple[Pair, ...]


def build_pack(recipe: PackRecipe, encoder: Encoder, out: Path, progress: Progress) -> Manifest:
    """Build a pack and put it in place; an interrupted build resumes where it was."""
    tokenizer = read_tokenizer(encoder.source.folder, encoder.blueprint.vocabulary)
    with (
        open_workshop(out, _identity(recipe, encoder)) as workshop,
        workplace(out) as scratch,
    ):
        with progress.step("read the dictionary and the pairs") as remarks:
            material = _read(recipe, tokenizer, progress)
            remarks.append(_counts(material))
        with progress.step("spell the words") as remarks:
            pupil = _Pupil(material, encoder, tokenizer)
            remarks.append(f"{len(pupil.common):,} with vectors of their own")
        figures = pupil.learn(recipe, workshop.folder, progress)
        finished = scratch / "finished"
        finished.mkdir()
        with progress.step("write"):
            pack = pupil.pack(recipe, figures)
            manifest = write_pack(finished, pack, tokenizer)
            put_in_place(finished, out)
    progress.close()
    return manifest


def _read(recipe: PackRecipe, tokenizer: Tokenizer, progress: Progress) -> Material:
    dictionary = read_dictionary(recipe.lexicon.path)
    for warning in dictionary.warnings:
        progress.warn(warning)
    script = find_script(dictionary.entries, tokenizer)
    hidden = [line for file in recipe.held_out for _, line in text_lines(file.path, UnusablePairs)]
    found = joined(
        [without(read_pairs(file.path, script), hidden, script) for file in recipe.pairs]
    )
    if len(found.pairs) < FEWEST_PAIRS:
        raise UnusablePairs(f"there are {len(found.pairs)} pairs; give at least {FEWEST_PAIRS}")
    return Material(
        script, spell(dictionary.entries, script, tokenizer), *_parted(found, recipe.seed)
    )


def _parted(found: Pairs, seed: int) -> tuple[Pairs, tuple[Pair, ...]]:
    """Set some pairs apart to judge by, with every other translation of the same sentence."""
    by_sentence: dict[str, list[Pair]] = {}
    for pair in found.pairs:
        by_sentence.setdefault(pair.known, []).append(pair)
    sentences = list(by_sentence)
    count = min(HELD_OUT, int(len(sentences) * HELD_OUT_SHARE))
    chosen = np.random.default_rng(seed).permutation(len(sentences))[:count]
    apart = [sentences[place] for place in sorted(chosen.tolist())]
    hidden = {
        side
        for sentence in apart
        for pair in by_sentence[sentence]
        for side in (pair.known, pair.added)
    }
    kept = tuple(p for p in found.pairs if p.known not in hidden and p.added not in hidden)
    return replace(found, pairs=kept), tuple(by_sentence[sentence][0] for sentence in apart)


class _Pupil:
    """Learns the vectors of the common words."""

    def __init__(self, material: Material, encoder: Encoder, tokenizer: Tokenizer) -> None:
        self._material = material
        self._encoder = encoder
        self._plain = TextTokenizer(tokenizer, encoder.blueprint.max_tokens)
        pairs = material.pairs.pairs
        self.common = common_words(material.words, material.script, (pair.added for pair in pairs))
        own = {word: (encoder.blueprint.vocabulary + row,) for row, word in enumerate(self.common)}
        script = material.script
        lexicon = build_lexicon({**material.words.spellings, **own}, script.letters, script.folds)
        # The tokenizer that will serve, so that what is learnt is what will be read.
        self._adding = TextTokenizer(tokenizer, encoder.blueprint.max_tokens, lexicon)
        self._rows: NDArray[np.float32] = np.zeros((0, 0), np.float32)

    def learn(self, recipe: PackRecipe, folder: Path, progress: Progress) -> dict[str, Any]:
        """Train, and return the figures before, after, and in int8."""
        pairs = self._material.pairs.pairs
        known = list(dict.fromkeys(pair.known for pair in pairs))
        originals = self._plain.ids(known)
        student = self._student(originals)
        with progress.step("read the originals") as remarks:
            vectors = _once(
                folder / TEACHER, lambda: student.encode(originals, progress.part("sentences"))
            )
            judged = self._judged(student)
            remarks.append(f"{len(known):,} sentences")
        places = {sentence: row for row, sentence in enumerate(known)}
        lessons = training.Lessons(
            self._adding.ids([pair.added for pair in pairs]),
            np.array([places[pair.known] for pair in pairs], np.int64),
            vectors,
        )
        schedule = training.Schedule(recipe.epochs, recipe.learning_rate, recipe.seed)
        figures = {"before training": judged(student)}
        with progress.step("learn") as remarks:
            told = progress.part("steps")
            self._rows = training.train(
                student,
                lessons,
                schedule,
                folder / CHECKPOINT,
                lambda step, steps, distance: told(step, steps, f"distance {distance:.3f}"),
            )
            figures["float32"] = judged(student)
            remarks.append(f"cosine {figures['float32']['cosine']:.3f}")
        with progress.step("measure in int8") as remarks:
            rows, scales = quantise_rows(self._rows)
            student.replace(rows * scales)
            figures["int8"] = judged(student)
            remarks.append(f"first right {figures['int8']['first right']:.3f}")
        return figures

    def pack(self, recipe: PackRecipe, figures: Mapping[str, Any]) -> Pack:
        """Return the pack, with everything that is known about how it was made."""
        material = self._material
        own = set(self.common)
        spellings = {w: ids for w, ids in material.words.spellings.items() if w not in own}
        rows, scales = quantise_rows(self._rows)
        return Pack(
            recipe.language,
            spellings,
            self.common,
            rows,
            scales,
            material.script,
            material.held_out,
            {
                **_stated(recipe, self._encoder),
                "pairs": {
                    "learnt from": len(material.pairs.pairs),
                    "swapped": material.pairs.swapped,
                    "not translated": material.pairs.useless,
                    "held out by name": material.pairs.held_out,
                },
                "figures": figures,
            },
        )

    def _student(self, originals: Sequence[Sequence[int]]) -> training.Student:
        model = load_original(self._encoder.source.folder)
        table = model.get_input_embeddings().weight.detach().numpy()
        rows = starting_vectors(self.common, self._material.words, table, originals)
        return training.Student(model, self._encoder.blueprint.pooling, rows)

    def _judged(self, student: training.Student) -> Any:
        """Return what measures how translations find held-out originals, and the reverse."""
        held_out = self._material.held_out
        added = self._adding.ids([pair.added for pair in held_out])
        truth = student.encode(self._plain.ids([pair.known for pair in held_out]))

        def measure(student: training.Student) -> dict[str, float]:
            vectors = student.encode(added)
            scores = vectors @ truth.T
            right = np.arange(len(scores))
            return {
                "first right": float((scores.argmax(axis=1) == right).mean()),
                "first right, reversed": float((scores.argmax(axis=0) == right).mean()),
                "cosine": float(scores.diagonal().mean()),
                "cosine of others": float(
                    (scores.sum() - scores.trace()) / max(1, scores.size - len(scores))
                ),
            }

        return measure


def _once(path: Path, make: Any) -> NDArray[np.float32]:
    """Return an array that is kept in a file, made only where there is none yet."""
    if path.is_file():
        kept: NDArray[np.float32] = np.load(path)
        return kept
    made: NDArray[np.float32] = make()
    unfinished = path.with_name(f"unfinished-{path.name}")
    np.save(unfinished, made)
    unfinished.rename(path)
    return made


def _counts(material: Material) -> str:
    return (
        f"{len(material.words.spellings):,} words, {len(material.pairs.pairs):,} pairs, "
        f"{material.pairs.held_out:,} left out as held-out sentences"
    )


def _identity(recipe: PackRecipe, encoder: Encoder) -> str:
    """Return a text that is equal where what an interrupted build left can be used again."""
    facts = [_stated(recipe, encoder), _code_sha256()]
    return json.dumps(facts, sort_keys=True)


def _stated(recipe: PackRecipe, encoder: Encoder) -> dict[str, Any]:
    return {
        "language": recipe.language,
        "name": recipe.name,
        "licence": recipe.licence,
        "encoder": encoder.identity,
        "sources": [
            *_files("lexicon", [recipe.lexicon]),
            *_files("pairs", recipe.pairs),
            *_files("held out", recipe.held_out),
        ],
        "seed": recipe.seed,
        "epochs": recipe.epochs,
        "learning_rate": recipe.learning_rate,
        "tools": {tool: metadata.version(tool) for tool in ("torch", "transformers", "tokenizers")},
        "made_on": describe_machine(),
    }


def _files(use: str, files: Iterable[SourceFile]) -> list[dict[str, str]]:
    return [
        {
            "use": use,
            **{k: str(v) for k, v in asdict(file).items() if k != "path"},
            "file": file.path.name,
            "sha256": sha256_of(file.path),
        }
        for file in files
    ]


def _code_sha256() -> str:
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256("".join(map(sha256_of, files)).encode()).hexdigest()
