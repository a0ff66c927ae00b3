"""What AnswerFunction runs on."""

from dataclasses import dataclass

from concierge.adapters.conversations_dynamodb import DynamoConversations
from concierge.adapters.feedback_dynamodb import DynamoFeedback
from concierge.adapters.questions_dynamodb import DynamoQuestions
from concierge.answering.answerer import Answerer
from concierge.answering.conversation import Conversations
from concierge.answering.desk import Desk, Rewording
from concierge.answering.dialogue_snapshot import DIALOGUE
from concierge.answering.feedback import FeedbackTaker
from concierge.answering.flows.calling import ShopCalls
from concierge.answering.open_questions import MaskedQuestions
from concierge.answering.shelf import LateShelf, Shelf
from concierge.artifacts.store import ArtifactStore
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts, live
from concierge.guarding.masking import mask
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.guardrails_snapshot import GUARDRAILS
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.settings import AnswerSettings

# What an answer takes beside its generator.
BESIDE_S = 0.5


@dataclass(frozen=True, slots=True)
class Answering:
    """What the routes of AnswerFunction call."""

    answerer: Answerer
    feedback: FeedbackTaker
    conversations: Conversations


def answering(settings: AnswerSettings) -> Answering:
    """Return what answers, loaded as far as it is published, and what takes feedback on it."""
    store = artifacts(settings)
    knowledge = live(settings, store, "knowledge", KnowledgeSnapshot.open)
    guardrails = live(settings, store, "guardrails", GUARDRAILS.open)
    dialogues = live(settings, store, "dialogue", DIALOGUE.open)
    encoders = Encoders(store, settings.work_folder, settings.encoder_threads)
    encoders.expect_current()
    dynamodb = client("dynamodb")
    snapshot = knowledge.get_or_none()
    for documents in (guardrails, dialogues):
        documents.get_or_none()
    if snapshot:
        encoders.get(snapshot.model)
    conversations = DynamoConversations(dynamodb, settings.conversations_table)
    questions = MaskedQuestions(DynamoQuestions(dynamodb, settings.questions_table), mask)
    desk = Desk(
        precision=settings.answer_precision,
        shelf=LateShelf(lambda: _shelf(settings)),
        calls=lambda: _calls(settings),
        guardrails=guardrails,
        dialogues=dialogues,
        rewording=_rewording(settings, store),
    )
    return Answering(
        Answerer(knowledge, encoders, conversations, questions, desk),
        FeedbackTaker(conversations, DynamoFeedback(dynamodb, settings.feedback_table), questions),
        conversations,
    )


# Each of what follows is imported where a shop, or a customer, first asks for it: an answer from
# the knowledge needs none of it at its start.


def _shelf(settings: AnswerSettings) -> Shelf:
    from concierge.adapters.shelf_catalogue import CatalogueShelf
    from concierge.bootstrap.recommending import recommender
    from concierge.bootstrap.searching import searcher

    return CatalogueShelf(searcher(settings), recommender(settings))


def _calls(settings: AnswerSettings) -> ShopCalls:
    from concierge.bootstrap.shop_calls import shop_calls

    return shop_calls(allow_loopback=settings.loopback_calls > 0)


def _rewording(settings: AnswerSettings, store: ArtifactStore) -> Rewording | None:
    if not settings.generator:
        return None
    from concierge.answering.rewording import GroundedRewording
    from concierge.bootstrap.generation import phrasing

    return GroundedRewording(phrasing(settings, store), settings.generator_timeout_s + BESIDE_S)
