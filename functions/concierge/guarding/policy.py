"""What a shop wants done about each family of rules."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from concierge.guarding.findings import Family, Mode

DEFAULT_SIMILARITY = 0.7


@dataclass(frozen=True, slots=True)
class FamilyPolicy:
    """The mode of a family, and of those of its rules that differ."""

    mode: Mode = "enforce"
    rules: Mapping[str, Mode] = field(default_factory=dict)

    def mode_of(self, rule: str) -> Mode:
        """Return the mode of a rule: off where the family is."""
        return "off" if self.mode == "off" else self.rules.get(rule, self.mode)


@dataclass(frozen=True, slots=True)
class Topic:
    """What is not talked about, given by examples of it in each language."""

    name: str
    examples: Mapping[str, tuple[str, ...]]
    similarity: float = DEFAULT_SIMILARITY


# Rude customers are answered; who threatens or hates is not.
_TOXICITY = FamilyPolicy(rules={"insult": "report", "sexual": "report"})


@dataclass(frozen=True, slots=True)
class Policy:
    """What is done about what is found; the default is what holds where no file says otherwise.

    In shadow everything is found and reported, and nothing is changed or blocked. `link_hosts` are
    the shop's own: where it names some, answers link nowhere else.
    """

    id: str = ""
    shadow: bool = False
    families: Mapping[Family, FamilyPolicy] = field(
        default_factory=lambda: {
            "personal": FamilyPolicy(),
            "injection": FamilyPolicy(),
            "toxicity": _TOXICITY,
            "denied": FamilyPolicy(),
            "markup": FamilyPolicy(),
        }
    )
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    topics: tuple[Topic, ...] = ()
    allowed: tuple[str, ...] = ()
    link_hosts: tuple[str, ...] = ()

    def mode_of(self, family: Family, rule: str) -> Mode:
        """Return what is done about a rule."""
        mode = self.families[family].mode_of(rule)
        return "report" if self.shadow and mode == "enforce" else mode


DEFAULT_POLICY = Policy()
