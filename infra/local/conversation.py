"""A shop's conversation with Concierge: real requests, and whether the answers are what they should be."""

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from infra.local.client import Reply, ShopClient
from infra.local.wording import LANGUAGES, asked, explained, recommended, said, shown

SHOWN = 3
# An event goes through a queue into the profile, and shows in the request after that.
EFFECT_TIMEOUT_S = 15.0
POLL_S = 0.2
# Scores are sent with six decimals.
ROUNDING = 1e-4


@dataclass(frozen=True, slots=True)
class Customer:
    """A customer known from history, and the language that they read."""

    id: str
    language: str


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the shop's knowledge, and the action that is expected.

    `answered_in` is the language of the answer, where that is another than the question's.
    """

    text: str
    language: str
    action: str = "answer"
    answered_in: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a customer says inside a dialogue, the expected topic, and words of what comes back."""

    text: str
    topic: str
    expected: str


@dataclass(frozen=True, slots=True)
class Dialogue:
    """A conversation of several turns in one language."""

    language: str
    turns: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Search:
    """What somebody types, what is special about it, and a word that the first hits should hold.

    `language` is that of the products, where it is another than the script's.
    """

    query: str
    remark: str
    expected: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Script:
    """What the conversation is about: customers known from history, then what a new one looks at.

    `language` is what the new customer reads; none where the shop has only one.
    """

    interest: str
    language: str = ""
    known_customers: tuple[Customer, ...] = ()
    questions: tuple[Question, ...] = ()
    dialogues: tuple[Dialogue, ...] = ()
    searches: tuple[Search, ...] = ()


@dataclass(slots=True)
class Conversation:
    """Holds the conversation, prints it, and remembers what was not as it should be."""

    client: ShopClient
    say: Callable[[str], None]
    complaints: list[str] = field(default_factory=list)

    def hold(self, script: Script) -> None:
        """Go through the whole script."""
        for customer in script.known_customers:
            self.open_the_shop(customer)
        self.click_and_look_again(script.interest, script.language)
        for question in script.questions:
            self.ask(question)
        for dialogue in script.dialogues:
            self.talk(dialogue)
        for wanted in script.searches:
            self.search(wanted, script.language)

    def open_the_shop(self, customer: Customer) -> None:
        """Show what is recommended to somebody whose history was imported."""
        wanted = {
            "customer_id": customer.id,
            "limit": SHOWN,
            "locale": customer.language,
            **_in(customer.language),
        }
        language = LANGUAGES[customer.language]
        title = f"“{customer.id}”, known from history and reading {language}, opens the shop"
        self._show_items(self._send(title, "POST", "/v1/recommendations", wanted))

    def click_and_look_again(self, interest: str, language: str) -> None:
        """Have a new customer look at three products, which changes what is recommended next."""
        customer = f"demo-{uuid.uuid4().hex[:8]}"
        wanted = {"customer_id": customer, "limit": SHOWN, **_in(language)}
        before = self._send("A new customer opens the shop", "POST", "/v1/recommendations", wanted)
        self._show_items(before)
        found = self._send(
            f"… looks for “{interest}”",
            "POST",
            "/v1/search",
            {"query": interest, "limit": SHOWN, **_in(language, in_stock=True)},
        )
        hits = _list(found, "hits")
        for hit in hits:
            self.say(shown(hit["product"]))
        self._expect(len(hits) == SHOWN, f"“{interest}” found {len(hits)} products, not {SHOWN}")
        clicks = [_click(customer, hit["item_id"]) for hit in hits]
        self._send(
            "… and clicks them", "POST", "/v1/events", {"events": clicks}, statuses=(200, 202, 207)
        )
        self._wait_until_recorded(customer, len(clicks))
        after = self._send(
            "… and goes back to the front page",
            "POST",
            "/v1/recommendations",
            wanted | {"explain": True},
        )
        self._show_items(after)
        self._expect(_ids(after) != _ids(before), "the clicks did not change the recommendations")
        self._explain(after, {hit["item_id"]: hit["product"]["title"] for hit in hits})

    def ask(self, question: Question) -> None:
        """Ask a question, which is answered in its language with a citation, or goes to a person."""
        reply = self._send(
            f"A question in {LANGUAGES[question.language]}",
            "POST",
            "/v1/answers",
            {"question": question.text},
        )
        for line in said(reply.body):
            self.say(line)
        action = _value(reply, "action")
        self._expect(
            action == question.action, f"“{question.text}” led to {action}, not {question.action}"
        )
        if question.action == "answer":
            language = _value(reply, "answer_language")
            right = language == (question.answered_in or question.language)
            self._expect(right, f"“{question.text}” was answered in {language}")
            self._expect(
                bool(question.answered_in) == bool(_value(reply, "notice")),
                f"the answer to “{question.text}” does not say that it is in another language",
            )
            self._expect(
                bool(_list(reply, "citations")), f"the answer to “{question.text}” cites nothing"
            )

    def talk(self, dialogue: Dialogue) -> None:
        """Hold a conversation in which each turn may lean on those before it."""
        conversation: dict[str, Any] = {}
        for turn in dialogue.turns:
            title = "… and goes on" if conversation else "A conversation"
            reply = self._send(
                f"{title} in {LANGUAGES[dialogue.language]}",
                "POST",
                "/v1/answers",
                {"question": turn.text, **conversation},
            )
            for line in said(reply.body):
                self.say(line)
            conversation = {"conversation_id": _value(reply, "conversation_id")}
            heard = f"{_value(reply, 'answer')} {_list(reply, 'products')}"
            self._expect(
                _value(reply, "topic") == turn.topic and turn.expected in heard,
                f"“{turn.text}” led to {_value(reply, 'topic')}, not to {turn.topic} with “{turn.expected}”",
            )

    def search(self, wanted: Search, language: str) -> None:
        """Search, and look for what was meant among the first hits."""
        reply = self._send(
            f"A search {wanted.remark}",
            "POST",
            "/v1/search",
            {"query": wanted.query, "limit": SHOWN, **_in(wanted.language or language)},
        )
        for hit in _list(reply, "hits"):
            self.say(shown(hit["product"]))
        titles = " ".join(str(hit["product"]) for hit in _list(reply, "hits")).lower()
        self._expect(
            wanted.expected.lower() in titles and bool(titles),
            f"“{wanted.query}” did not find “{wanted.expected}” among the first {SHOWN}",
        )

    def _wait_until_recorded(self, customer: str, actions: int) -> None:
        """Poll the profile until every click is in it, which takes as long as the queue does."""
        deadline = time.monotonic() + EFFECT_TIMEOUT_S
        while time.monotonic() < deadline:
            profile = self.client.request("GET", f"/v1/customers/{customer}")
            if len(_list(profile, "recent_actions")) >= actions:
                return
            time.sleep(POLL_S)
        self._expect(as_it_should_be=False, complaint="the clicks did not reach the profile")

    def _send(
        self,
        title: str,
        method: str,
        path: str,
        body: dict[str, Any],
        statuses: tuple[int, ...] = (200,),
    ) -> Reply:
        reply = self.client.request(method, path, body)
        self.say(
            f"\n{title}\n  {asked(method, path, body)} → {reply.status}, {reply.took_ms:.0f} ms"
        )
        self._expect(
            reply.status in statuses, f"{method} {path} answered {reply.status}: {reply.body}"
        )
        return reply

    def _show_items(self, reply: Reply) -> None:
        for item in _list(reply, "items"):
            for line in recommended(item):
                self.say(line)
        self._expect(
            len(_list(reply, "items")) == SHOWN, "there were fewer recommendations than asked for"
        )

    def _explain(self, reply: Reply, clicked: dict[str, str]) -> None:
        """Show how the first score came about, of which what was clicked should be a reason."""
        items = _list(reply, "items")
        if items:
            self.say("      why the first is first:")
        for line in explained(items[0], clicked) if items else ():
            self.say(line)
        whole = all(abs(sum(p["value"] for p in i["parts"]) - i["score"]) < ROUNDING for i in items)
        self._expect(whole, "the parts of a score do not add up to it")
        causes = {
            cause["id"]
            for item in items
            for part in item.get("parts", [])
            for cause in part.get("because", [])
        }
        self._expect(bool(causes & clicked.keys()), "no recommendation rests on a click")

    def _expect(self, as_it_should_be: bool, complaint: str) -> None:  # noqa: FBT001  # reads as an assertion
        if not as_it_should_be:
            self.complaints.append(complaint)
            self.say(f"  ✗ {complaint}")


def _click(customer: str, item_id: str) -> dict[str, Any]:
    return {
        "event_id": str(uuid.uuid4()),
        "type": "view",
        "customer_id": customer,
        "item_id": item_id,
        "occurred_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
    }


def _in(language: str, **conditions: Any) -> dict[str, Any]:
    """Return a filter by language and more, or none where there is nothing to filter by."""
    found = ({"language": [language]} if language else {}) | conditions
    return {"filter": found} if found else {}


def _ids(reply: Reply) -> list[str]:
    return [item["item_id"] for item in _list(reply, "items")]


def _list(reply: Reply, name: str) -> list[dict[str, Any]]:
    found = _value(reply, name)
    return found if isinstance(found, list) else []


def _value(reply: Reply, name: str) -> Any:
    return reply.body.get(name) if isinstance(reply.body, dict) else None
