"""Lists of several engines for the same queries, judged and added up by groups of queries."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from benchmarks.judged_queries import JudgedQuery
from benchmarks.search_engines import OURS, Engine
from benchmarks.search_quality import DEEPEST, Quality, judge, mean

# Quality by engine, of one group of queries; and by name of the group.
Qualities = dict[str, Quality]
Comparison = dict[str, Qualities]
Groups = Callable[[JudgedQuery], Iterable[str]]


def compare(
    queries: Sequence[JudgedQuery], engines: Mapping[str, Engine], groups: Groups
) -> Comparison:
    """Ask every engine every query; a query may be in several groups, which keep their order."""
    judged: dict[str, dict[str, list[Quality]]] = {}
    for query in queries:
        worth = {
            name: judge(engine.ranked(query.text, DEEPEST), query.gains)
            for name, engine in engines.items()
        }
        for group in groups(query):
            lists = judged.setdefault(group, defaultdict(list))
            for name, quality in worth.items():
                lists[name].append(quality)
    return {
        group: {name: mean(each) for name, each in lists.items()} for group, lists in judged.items()
    }


def times_the_better(qualities: Qualities) -> float:
    """Return the NDCG of ours as a multiple of the better of the others."""
    better = max(quality.ndcg_10 for name, quality in qualities.items() if name != OURS)
    ours = qualities[OURS].ndcg_10
    return ours / better if better else float("inf")


def table(comparison: Comparison, order: Sequence[str] = ()) -> str:
    """Return the figures as aligned text, one line a group, the groups of `order` first."""
    groups = [*order, *(group for group in sorted(comparison) if group not in order)]
    names = list(next(iter(comparison.values())))
    measures = ("NDCG@10", "recall@100", "MRR")
    width = 9 * len(names) - 1
    lines = [
        " " * 25 + "  ".join(f"{measure:^{width}}" for measure in measures),
        f"{'':<16}{'queries':>7}  "
        + "  ".join(" ".join(f"{name:>8}" for name in names) for _ in measures)
        + "  NDCG: ours / better",
    ]
    for group in groups:
        if group not in comparison:
            continue
        of = comparison[group]
        figures = "  ".join(
            " ".join(f"{getattr(of[name], measure):8.3f}" for name in names)
            for measure in ("ndcg_10", "recall_100", "mrr")
        )
        count = next(iter(of.values())).queries
        lines.append(f"{group:<16}{count:>7}  {figures}  {times_the_better(of):8.2f}")
    return "\n".join(lines)


def to_record(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON."""
    return {
        group: {
            **{name: quality.to_record() for name, quality in of.items()},
            "ours_to_better": times_the_better(of),
        }
        for group, of in comparison.items()
    }
