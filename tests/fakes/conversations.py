"""Conversations, feedback and open questions in memory."""

from dataclasses import replace

from concierge.answering.conversation import MOST_TURNS, Conversation
from concierge.answering.open_questions import QUESTION_LIFE
from concierge.errors import InvalidRecord, UnknownConversation

FIELDS = ("helpful", "resolved", "correction")


class InMemoryConversations:
    """Keeps turns by conversation; `failure` is raised at every call while it is set."""

    def __init__(self):
        self.kept = {}
        self.owners = {}
        self.failure = None

    def read(self, conversation_id):
        self._fail()
        if not conversation_id:  # as DynamoDB refuses an empty key
            raise ValueError("a key must not be empty")
        if conversation_id not in self.kept:
            raise UnknownConversation("this conversation expired or never was; begin a new one")
        turns = tuple(self.kept[conversation_id])
        return Conversation(conversation_id, turns, self.owners[conversation_id])

    def all(self):
        self._fail()
        yield from (self.read(each) for each in list(self.kept))

    def append(self, conversation_id, turn, owner=""):
        self._fail()
        self.owners.setdefault(conversation_id, owner)
        turns = self.kept.setdefault(conversation_id, [])
        if len(turns) == MOST_TURNS:
            reason = f"has {MOST_TURNS} turns; begin a new conversation"
            raise InvalidRecord("conversation_id", reason)
        turns.append(turn)

    def erase(self, conversation_id):
        self._fail()
        self.kept.pop(conversation_id, None)

    def _fail(self):
        if self.failure:
            raise self.failure


class InMemoryFeedback:
    """Keeps feedback by answer."""

    def __init__(self):
        self.kept = {}

    def put(self, feedback):
        known = self.kept.get(feedback.answer_id, feedback)
        said = {
            name: value for name in FIELDS if (value := getattr(feedback, name)) not in (None, "")
        }
        self.kept[feedback.answer_id] = replace(known, at=feedback.at, **said)
        return self.kept[feedback.answer_id]

    def of(self, answer_ids):
        return {each: self.kept[each] for each in answer_ids if each in self.kept}


class InMemoryQuestions:
    """Keeps open questions by answer, until they expire at `now`; `failure` is raised while set."""

    def __init__(self, *questions, now=0.0):
        self.kept = {}
        self.now = now
        self.failure = None
        for question in questions:
            self.put(question)

    def put(self, question):
        if self.failure:
            raise self.failure
        self.kept[question.answer_id] = question

    def remove(self, answer_id):
        self.kept.pop(answer_id, None)

    def all(self):
        life = QUESTION_LIFE.total_seconds()
        yield from (each for each in self.kept.values() if each.at + life >= self.now)
