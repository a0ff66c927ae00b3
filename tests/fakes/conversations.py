"""Conversations and feedback in memory."""

from concierge.answering.conversation import MOST_TURNS
from concierge.errors import InvalidRecord, UnknownConversation


class InMemoryConversations:
    """Keeps turns in a dictionary; `failure` is raised at every call while it is set."""

    def __init__(self):
        self.kept = {}
        self.failure = None

    def turns(self, conversation_id):
        self._fail()
        if not conversation_id:  # as DynamoDB refuses an empty key
            raise ValueError("a key must not be empty")
        if conversation_id not in self.kept:
            raise UnknownConversation("this conversation expired or never was; begin a new one")
        return tuple(self.kept[conversation_id])

    def append(self, conversation_id, turn):
        self._fail()
        turns = self.kept.setdefault(conversation_id, [])
        if len(turns) == MOST_TURNS:
            reason = f"has {MOST_TURNS} turns; begin a new conversation"
            raise InvalidRecord("conversation_id", reason)
        turns.append(turn)

    def _fail(self):
        if self.failure:
            raise self.failure


class InMemoryFeedback:
    """Keeps feedback by answer."""

    def __init__(self):
        self.kept = {}

    def put(self, feedback):
        self.kept[feedback.answer_id] = feedback
