"""New word vectors learnt against a frozen encoder: a translation lands where its original lies.

Every weight of the encoder stays as it is; gradients pass through it to the vectors of the new
words alone. A sentence is pulled to the vector of its original, and its similarities to thousands
of other originals are made those that the original has (similarity-preserving distillation, after
Reimers & Gurevych, Making Monolingual Sentence Embeddings Multilingual, 2020, and Tung & Mori, 2019).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional
from transformers import PreTrainedModel

from model_export.encoders.original import pool_batch
from model_export.reading.blueprint import Pooling

Floats = NDArray[np.float32]
Texts = Sequence[Sequence[int]]

# Tokens of a step with their padding: more are no faster on two cores.
STEP_TOKENS = 1536
# Originals that each sentence is compared with, beside those of its own step.
OTHERS = 4096
# How sharply similarities are told apart, and how much that weighs against closeness.
TEMPERATURE, SIMILARITY_SHARE = 0.05, 0.2
WARM_UP_STEPS = 30
SAVE_EVERY = 25


@dataclass(frozen=True, slots=True)
class Lessons:
    """Token ids of sentences with new words, and for each the row of its original's vector.

    `originals` is float32 [originals, width], unit rows.
    """

    texts: Texts
    rows: NDArray[np.int64]
    originals: Floats


@dataclass(frozen=True, slots=True)
class Schedule:
    """How long and how fast to learn; the rate falls evenly to nothing."""

    epochs: int
    learning_rate: float
    seed: int


class Student(torch.nn.Module):  # type: ignore[misc]  # torch has no types here
    """A frozen encoder with vectors for new tokens, whose ids follow the vocabulary's."""

    def __init__(self, model: PreTrainedModel, pooling: Pooling, rows: Floats) -> None:
        super().__init__()
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self._encoder = model.requires_grad_(requires_grad=False).to(self.device)
        self._pooling = pooling
        self._known = model.get_input_embeddings().weight
        self.new = torch.nn.Embedding.from_pretrained(
            torch.from_numpy(rows), freeze=False, sparse=True
        ).to(self.device)

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """Return unit vectors [texts, width] of padded ids and their mask [texts, tokens]."""
        last = len(self._known) - 1
        states = self._known[ids.clamp(max=last)]
        added = ids > last
        if added.any():
            new = self.new((ids - last - 1).clamp(min=0))
            states = torch.where(added[..., None], new, states)
        hidden = self._encoder(inputs_embeds=states, attention_mask=mask).last_hidden_state
        return functional.normalize(pool_batch(hidden, mask, self._pooling), dim=1)

    def replace(self, rows: Floats) -> None:
        """Take other vectors for the new tokens, such as rounded ones."""
        with torch.no_grad():
            self.new.weight.copy_(torch.from_numpy(rows))

    def encode(self, texts: Texts, told: Callable[..., None] | None = None) -> Floats:
        """Return float32 [texts, width], texts of like length together."""
        vectors = np.zeros((len(texts), self._known.shape[1]), np.float32)
        done = 0
        with torch.inference_mode():
            for batch in _batches(
                sorted(range(len(texts)), key=lambda row: len(texts[row])), texts
            ):
                vectors[batch] = self(*self.padded([texts[row] for row in batch])).cpu().numpy()
                done += len(batch)
                if told:
                    told(done, len(texts))
        return vectors

    def padded(self, texts: Texts) -> tuple[torch.Tensor, torch.Tensor]:
        """Return ids and mask of texts, padded on the right."""
        longest = max(map(len, texts))
        ids = torch.zeros((len(texts), longest), dtype=torch.long)
        mask = torch.zeros_like(ids)
        for row, text in enumerate(texts):
            ids[row, : len(text)] = torch.tensor(text)
            mask[row, : len(text)] = 1
        return ids.to(self.device), mask.to(self.device)


def train(
    student: Student,
    lessons: Lessons,
    schedule: Schedule,
    kept: Path,
    told: Callable[[int, int, float], None],
) -> Floats:
    """Train the new vectors and return them, float32 [words, width].

    What is learnt is kept in a file from time to time, and taken up from there. `told` hears the
    step, of how many, and the mean distance to the originals.
    """
    optimiser = torch.optim.SparseAdam([student.new.weight], schedule.learning_rate, (0.9, 0.98))
    originals = torch.from_numpy(lessons.originals).to(student.device)
    steps = [
        batch
        for epoch in range(schedule.epochs)
        for batch in _shuffled(lessons.texts, np.random.default_rng([schedule.seed, epoch]))
    ]
    for step in range(_resume(student, optimiser, kept), len(steps)):
        chance = np.random.default_rng([schedule.seed, step, 1])
        fallen = 1 - step / len(steps)
        rate = schedule.learning_rate * min(1.0, (step + 1) / WARM_UP_STEPS) * fallen
        optimiser.param_groups[0]["lr"] = rate
        batch = steps[step]
        targets = originals[lessons.rows[batch]]
        others = originals[
            chance.choice(len(originals), min(OTHERS, len(originals)), replace=False)
        ]
        vectors = student(*student.padded([lessons.texts[row] for row in batch]))
        distance = 1 - (vectors * targets).sum(dim=1).mean()
        apart = _similarities_apart(vectors, targets, torch.cat([targets, others]))
        optimiser.zero_grad()
        (distance + SIMILARITY_SHARE * apart).backward()
        optimiser.step()
        told(step + 1, len(steps), distance.item())
        if (step + 1) % SAVE_EVERY == 0:
            _save(student, optimiser, kept, step + 1)
    learnt: Floats = student.new.weight.detach().cpu().numpy()
    return learnt


def _similarities_apart(
    vectors: torch.Tensor, targets: torch.Tensor, others: torch.Tensor
) -> torch.Tensor:
    """Return the Kullback-Leibler divergence of similarities to the others from the targets'."""
    with torch.no_grad():
        wanted = functional.log_softmax(targets @ others.T / TEMPERATURE, dim=1)
    found = functional.log_softmax(vectors @ others.T / TEMPERATURE, dim=1)
    return functional.kl_div(found, wanted, reduction="batchmean", log_target=True)


def _shuffled(texts: Texts, chance: np.random.Generator) -> list[list[int]]:
    """Return batches of texts of about the same length, in any order."""
    noise = chance.random(len(texts)) * 2
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]) + noise[row])
    batches = list(_batches(order, texts))
    chance.shuffle(batches)
    return batches


def _batches(order: Sequence[int], texts: Texts) -> Iterator[list[int]]:
    batch: list[int] = []
    longest = 0
    for row in order:
        longest = max(longest, len(texts[row]))
        if batch and longest * (len(batch) + 1) > STEP_TOKENS:
            yield batch
            batch, longest = [], len(texts[row])
        batch.append(row)
    if batch:
        yield batch


def _save(student: Student, optimiser: torch.optim.Optimizer, kept: Path, step: int) -> None:
    unfinished = kept.with_name(f"unfinished-{kept.name}")
    state = {"step": step, "new": student.new.state_dict(), "optimiser": optimiser.state_dict()}
    torch.save(state, unfinished)
    unfinished.rename(kept)


def _resume(student: Student, optimiser: torch.optim.Optimizer, kept: Path) -> int:
    """Take up what was learnt before; return the step to go on with."""
    if not kept.is_file():
        return 0
    state = torch.load(kept, weights_only=True)
    student.new.load_state_dict(state["new"])
    optimiser.load_state_dict(state["optimiser"])
    return int(state["step"])
