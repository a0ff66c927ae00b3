"""What AnswerFunction runs on."""

from concierge.adapters.conversations_dynamodb import DynamoConversations
from concierge.adapters.feedback_dynamodb import DynamoFeedback
from concierge.adapters.questions_dynamodb import DynamoQuestions
from concierge.answering.answerer import Answerer
from concierge.answering.feedback import FeedbackTaker
from concierge.answering.open_questions import MaskedQuestions
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts, live
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.settings import AnswerSettings


def answerer(settings: AnswerSettings) -> tuple[Answerer, FeedbackTaker]:
    """Return what answers, loaded as far as it is published, and what takes feedback on it."""
    store = artifacts(settings)
    knowledge = live(settings, store, "knowledge", KnowledgeSnapshot.open)
    encoders = Encoders(store, settings.work_folder, settings.encoder_threads)
    encoders.expect_current()
    dynamodb = client("dynamodb")
    snapshot = knowledge.get_or_none()
    if snapshot:
        encoders.get(snapshot.model)
    conversations = DynamoConversations(dynamodb, settings.conversations_table)
    feedback = DynamoFeedback(dynamodb, settings.feedback_table)
    questions = MaskedQuestions(DynamoQuestions(dynamodb, settings.questions_table), mask=str)
    return (
        Answerer(knowledge, encoders, conversations, questions, settings.answer_threshold),
        FeedbackTaker(conversations, feedback, questions),
    )
