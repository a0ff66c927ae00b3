"""The built-in tasks: what the sample shop's customers ask, its products, graded sentences."""

import csv
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from model_export.judging.task_files import Task, read_task

SAMPLES = Path(__file__).resolve().parents[3] / "samples"
KNOWLEDGE = {"en": "questions-english.jsonl", "zh": "questions-chinese.jsonl"}
CATALOGUE = {"en": "general-store.jsonl", "zh": "chinese-range.csv"}


def built_in_tasks() -> tuple[Task, ...]:
    """Return retrieval, paraphrase and similarity tasks in English, in Chinese and across."""
    graded = [read_task(path) for path in sorted(Path(__file__).parent.glob("*.jsonl"))]
    asked = [task for language in KNOWLEDGE for task in _questions(language)]
    across = (_across("zh", "en"), _across("en", "zh"))
    return (*asked, *across, *(_products(language) for language in CATALOGUE), *graded)


def _questions(language: str) -> tuple[Task, Task]:
    """Return the tasks to find the answer to each wording, and another wording of it."""
    answers, wordings = [], []
    for entry in _records(SAMPLES / "knowledge" / KNOWLEDGE[language]):
        for wording in dict.fromkeys([entry["question"], *entry.get("variants", ())]):
            answers.append({"query": wording, "passage": entry["answer"]})
            wordings.append({"text": wording, "label": entry["entry_id"]})
    return (
        Task(f"answers.{language}", "retrieval", language, tuple(answers)),
        Task(f"wordings.{language}", "classification", language, tuple(wordings)),
    )


def _across(asked: str, answered: str) -> Task:
    """Return the task to find answers in another language; both entries share a name."""
    answers = {
        entry["entry_id"].removeprefix(f"{answered}-"): entry["answer"]
        for entry in _records(SAMPLES / "knowledge" / KNOWLEDGE[answered])
    }
    rows = tuple(
        {"query": wording, "passage": answers[name]}
        for entry in _records(SAMPLES / "knowledge" / KNOWLEDGE[asked])
        if (name := entry["entry_id"].removeprefix(f"{asked}-")) in answers
        for wording in dict.fromkeys([entry["question"], *entry.get("variants", ())])
    )
    # English is the first language of the encoders that packs are for.
    return Task(f"answers.{asked}-{answered}", "retrieval", "zh", rows)


def _products(language: str) -> Task:
    """Return the task to find each product's description by its title."""
    rows = tuple(
        {"query": product["title"], "passage": product["description"]}
        for product in _records(SAMPLES / "catalogue" / CATALOGUE[language])
        if product.get("description")
    )
    return Task(f"products.{language}", "retrieval", language, rows)


def _records(path: Path) -> Iterable[Mapping[str, Any]]:
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            yield from csv.DictReader(file)
        else:
            yield from map(json.loads, file)
