"""The guardrails as shops write them, read and checked as a whole."""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from concierge.errors import InvalidConfiguration
from concierge.guarding import injection, markup, masking, toxicity
from concierge.guarding.findings import Family, Mode
from concierge.guarding.policy import DEFAULT_POLICY, FamilyPolicy, Policy, Topic
from concierge.shop.json_nodes import Node

FORMAT = 1
MODES = ("enforce", "report", "off")
MOST_WORDS = 1_000
MOST_TOPICS = 50
MOST_EXAMPLES = 50
MOST_ALLOWED = 1_000
MOST_HOSTS = 100
PHRASE_LENGTH = 200

FAMILY_RULES: Mapping[Family, tuple[str, ...]] = {
    "personal": masking.RULES,
    "injection": injection.RULES,
    "toxicity": toxicity.RULES,
    "markup": (*markup.RULES, "foreign-link"),
}
_FIELDS = ("format", "mode", *FAMILY_RULES, "denied", "allowed", "link_hosts")
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.){1,9}[a-z]{2,24}|localhost")
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_LANGUAGE = re.compile(r"[a-z]{2,3}")


def read_policy(document: str, policy_id: str = "") -> Policy:
    """Return what a document says; the built-in policy completes it.

    Raise BrokenFile where it is no JSON, InvalidConfiguration with every mistake otherwise.
    """
    root = Node.of(document)
    found = root.fields(_FIELDS, required=("format",))
    if "format" in found and (found["format"].value != FORMAT or found["format"].value is True):
        found["format"].wrong(f"must be {FORMAT}, the only format that this version reads")
    families = dict(DEFAULT_POLICY.families)
    for family, rules in FAMILY_RULES.items():
        if family in found:
            families[family] = _family(found[family], families[family], rules)
    policy = Policy(
        id=policy_id,
        shadow="mode" in found and _chosen(found["mode"], ("enforce", "shadow")) == "shadow",
        allowed=_phrases(found["allowed"], MOST_ALLOWED) if "allowed" in found else (),
        link_hosts=_hosts(found["link_hosts"]) if "link_hosts" in found else (),
    )
    if "denied" in found:
        policy, families["denied"] = _denied(found["denied"], policy)
    if root.mistakes:
        raise InvalidConfiguration(root.mistakes)
    return replace(policy, families=families)


def counts_of(policy: Policy) -> dict[str, int]:
    """Return what an import report tells of a policy."""
    return {
        "families": len(policy.families),
        "denied_words": sum(map(len, policy.words.values())),
        "denied_topics": len(policy.topics),
    }


def _family(node: Node, usual: FamilyPolicy, known: tuple[str, ...]) -> FamilyPolicy:
    found = node.fields(("mode", "rules"))
    mode = _mode(found["mode"]) if "mode" in found else usual.mode
    rules = dict(usual.rules)
    if "rules" in found:
        given = found["rules"].fields(known)
        rules |= {rule: _mode(value) for rule, value in given.items()}
    return FamilyPolicy(mode, rules)


def _denied(node: Node, policy: Policy) -> tuple[Policy, FamilyPolicy]:
    found = node.fields(("mode", "words", "topics"))
    mode = _mode(found["mode"]) if "mode" in found else "enforce"
    words: dict[str, tuple[str, ...]] = {}
    if "words" in found:
        for name, value in found["words"].members().items():
            _check_name(name, value)
            words[name] = _phrases(value, MOST_WORDS)
    topics: list[Topic] = []
    if "topics" in found:
        members = found["topics"].members()
        if len(members) > MOST_TOPICS:
            found["topics"].wrong(f"has {len(members)} topics; at most {MOST_TOPICS}")
        topics = [_topic(name, value) for name, value in members.items()]
        for name in words.keys() & members.keys():
            members[name].wrong("is the name of denied words too; each name is given once")
    return replace(policy, words=words, topics=tuple(topics)), FamilyPolicy(mode)


def _topic(name: str, node: Node) -> Topic:
    _check_name(name, node)
    found = node.fields(("examples", "similarity"), required=("examples",))
    examples: dict[str, tuple[str, ...]] = {}
    for language, value in found["examples"].members().items() if "examples" in found else ():
        if not _LANGUAGE.fullmatch(language):
            value.wrong("is no language; write its code, such as en or zh")
        examples[language] = _phrases(value, MOST_EXAMPLES)
    if "examples" in found and not any(examples.values()):
        found["examples"].wrong("needs at least one example in one language")
    topic = Topic(name, examples)
    if "similarity" in found:
        topic = replace(topic, similarity=found["similarity"].number(0.3, 1.0))
    return topic


def _check_name(name: str, node: Node) -> None:
    if not _NAME.fullmatch(name):
        node.wrong("is no name: use up to 64 of a-z, 0-9, - and _, a letter or digit first")


def _mode(node: Node) -> Mode:
    return cast("Mode", _chosen(node, MODES))


def _chosen(node: Node, choices: tuple[str, ...]) -> str:
    if node.value not in choices:
        node.wrong(f"must be one of {', '.join(choices)}")
        return choices[0]
    return str(node.value)


def _phrases(node: Node, at_most: int) -> tuple[str, ...]:
    return tuple(item.text(PHRASE_LENGTH) for item in node.items(at_most))


def _hosts(node: Node) -> tuple[str, ...]:
    hosts = []
    for item in node.items(MOST_HOSTS):
        host = item.text(PHRASE_LENGTH).lower()
        if host and not _HOST.fullmatch(host):
            item.wrong("is no host name; write it without https:// and path, such as shop.example")
        hosts.append(host)
    return tuple(hosts)
