"""Judge a question, a retrieved text and an answer by a shop's policy."""

import re
from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Sequence

from concierge.guarding.denied import Denied, SentenceEncoder
from concierge.guarding.findings import (
    Family,
    Finding,
    Span,
    Verdict,
    merged,
    replaced,
    without_overlaps,
)
from concierge.guarding.injection import injection
from concierge.guarding.markup import dangerous, foreign_links, hosts_in, plain
from concierge.guarding.masking import PLACEHOLDERS, mask, personal
from concierge.guarding.phrases import Phrases, Reading, readings
from concierge.guarding.policy import Policy
from concierge.guarding.sentences import sentence_around
from concierge.guarding.toxicity import toxicity

SHOWN = 80
_GAPS = re.compile(r"[ \t]{2,}")


class Guard:
    """Applies one policy; without an encoder, topics are told by their words alone."""

    def __init__(self, policy: Policy, encoder: SentenceEncoder | None = None) -> None:
        self.policy = policy
        self._denied = Denied(policy, encoder)
        self._allowed = Phrases({"allowed": policy.allowed}) if policy.allowed else None

    def question(self, text: str, language: str = "en") -> Verdict:
        """Judge what a customer writes; its text is masked and plain."""
        read = readings(text)
        topics, partial = self._topics(text)
        findings = self._findings(
            text,
            read,
            language,
            {
                "personal": lambda: personal(text),
                "injection": lambda: injection(text, read),
                "toxicity": lambda: toxicity(read),
                "denied": lambda: [*self._denied.words(read), *topics],
                "markup": lambda: dangerous(text, self.policy.link_hosts),
            },
        )
        blocked = _enforced(findings, "injection", "toxicity", "denied")
        return Verdict(self._text(text, findings, language), findings, bool(blocked), partial)

    def source(self, text: str, language: str = "en") -> Verdict:
        """Judge a text that was retrieved; its text has no markup and no orders to a model.

        It is blocked where nothing is left. Addresses and numbers are the shop's own to give.
        """
        read = readings(text)
        findings = self._findings(
            text,
            read,
            language,
            {
                "injection": lambda: injection(text, read),
                "markup": lambda: dangerous(text, self.policy.link_hosts),
            },
        )
        orders = [
            Span(each.rule, *sentence_around(text, each.start, each.end))
            for each in _enforced(findings, "injection")
        ]
        clean = self._text(text, findings, language, orders)
        return Verdict(clean, findings, bool(findings) and not clean.strip())

    def answer(self, text: str, language: str, sources: Collection[str]) -> Verdict:
        """Judge what would be sent; personal data and links are let through if a source has them.

        A policy with hosts of its own lets links to those through, and no others.
        """
        hosts = self.policy.link_hosts or {host for each in sources for host in hosts_in(each)}
        read = readings(text)
        topics, partial = self._topics(text)
        findings = self._findings(
            text,
            read,
            language,
            {
                "personal": lambda: _not_in(text, personal(text), sources),
                "injection": lambda: injection(text, read),
                "toxicity": lambda: toxicity(read),
                "denied": lambda: [*self._denied.words(read), *topics],
                "markup": lambda: [*dangerous(text, hosts), *foreign_links(text, hosts)],
            },
        )
        clean = self._text(text, findings, language)
        blocked = _enforced(findings, "injection", "toxicity", "denied")
        return Verdict(clean, findings, bool(blocked) or not clean.strip(), partial)

    def _topics(self, text: str) -> tuple[list[Span], bool]:
        if self.policy.families["denied"].mode == "off":
            return [], False
        return self._denied.topics(text)

    def _findings(
        self,
        text: str,
        read: Sequence[Reading],
        language: str,
        families: dict[Family, Callable[[], Iterable[Span]]],
    ) -> tuple[Finding, ...]:
        found: list[Finding] = []
        allowed = self._allowed_spans(read)
        for family, look in families.items():
            if self.policy.families[family].mode == "off":
                continue
            for rule, spans in _by_rule(look()).items():
                mode = self.policy.mode_of(family, rule)
                if mode == "off":
                    continue
                found += [
                    Finding(
                        rule,
                        family,
                        start,
                        end,
                        mode,
                        _shown(text, family, rule, start, end, language),
                    )
                    for start, end in spans
                    if not _covered((start, end), allowed)
                ]
        return tuple(sorted(found, key=lambda each: (each.start, each.end, each.family)))

    def _allowed_spans(self, read: Iterable[Reading]) -> list[tuple[int, int]]:
        if self._allowed is None:
            return []
        spans: list[tuple[int, int]] = []
        for view, given in read:
            spans += [
                view.span(given[hit.first].start, given[hit.last].end)
                for hit in self._allowed.hits(given)
            ]
        return merged(spans)

    def _text(
        self,
        text: str,
        findings: Collection[Finding],
        language: str,
        removed: Collection[Span] = (),
    ) -> str:
        """Return a text with what is enforced: personal data masked, markup and orders taken out."""
        names = PLACEHOLDERS.get(language, PLACEHOLDERS["en"])
        masked = {
            (each.start, each.end): names[each.rule] for each in _enforced(findings, "personal")
        }
        cut = [
            *removed,
            *(Span(each.rule, each.start, each.end) for each in _enforced(findings, "markup")),
        ]
        pieces = [Span("", start, end) for start, end in masked]
        ordered = list(without_overlaps([*pieces, *_joined(cut)]))
        if ordered:
            new = (
                (each.start, each.end, masked.get((each.start, each.end), "")) for each in ordered
            )
            text = _GAPS.sub(" ", replaced(text, new)).strip() if cut else replaced(text, new)
        enforces = self.policy.mode_of("markup", "script") == "enforce"
        return plain(text, ()) if enforces else text


def _joined(spans: Iterable[Span]) -> list[Span]:
    return [
        Span("cut", start, end) for start, end in merged((each.start, each.end) for each in spans)
    ]


def _by_rule(spans: Iterable[Span]) -> dict[str, list[tuple[int, int]]]:
    """Return the spans of each rule, those that touch as one."""
    rules: dict[str, list[tuple[int, int]]] = {}
    for each in spans:
        rules.setdefault(each.rule, []).append((each.start, each.end))
    return {rule: merged(found) for rule, found in rules.items()}


def _enforced(findings: Iterable[Finding], *families: Family) -> list[Finding]:
    return [each for each in findings if each.mode == "enforce" and each.family in families]


def _shown(text: str, family: Family, rule: str, start: int, end: int, language: str) -> str:
    if family == "personal":
        return PLACEHOLDERS.get(language, PLACEHOLDERS["en"])[rule]
    # A span of another family may hold personal data too.
    shown = mask(text[start : start + 4 * SHOWN], language)[: end - start]
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 1]}…"


def _not_in(text: str, spans: Iterable[Span], sources: Collection[str]) -> list[Span]:
    return [
        each
        for each in spans
        if not any(text[each.start : each.end] in source for source in sources)
    ]


def _covered(span: tuple[int, int], allowed: Sequence[tuple[int, int]]) -> bool:
    """Say whether a span lies within one of ascending, disjoint spans."""
    place = bisect_right(allowed, span[0], key=lambda each: each[0]) - 1
    return place >= 0 and span[1] <= allowed[place][1]
