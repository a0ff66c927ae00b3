"""What ImproveFunction runs on."""

from concierge.adapters.conversations_dynamodb import DynamoConversations
from concierge.adapters.drafts_dynamodb import DynamoDrafts
from concierge.adapters.feedback_dynamodb import DynamoFeedback
from concierge.adapters.inbox_s3 import S3Inbox
from concierge.adapters.questions_dynamodb import DynamoQuestions
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts, live
from concierge.improving.draft_desk import DraftDesk
from concierge.improving.improver import Improver
from concierge.improving.outcomes import OutcomeCounting
from concierge.retrieval.encoders import Encoders
from concierge.retrieval.knowledge_snapshot import KnowledgeSnapshot
from concierge.settings import ImproveSettings


def drafts(settings: ImproveSettings) -> tuple[Improver, DraftDesk]:
    """Return what makes drafts, and where they are decided on; the model is loaded when needed."""
    store = artifacts(settings)
    knowledge = live(settings, store, "knowledge", KnowledgeSnapshot.open)
    encoders = Encoders(store, settings.work_folder, settings.encoder_threads)
    dynamodb = client("dynamodb", read_timeout_s=15.0)
    kept = DynamoDrafts(dynamodb, settings.drafts_table)
    improver = Improver(
        DynamoQuestions(dynamodb, settings.questions_table),
        kept,
        knowledge,
        encoders,
        OutcomeCounting(
            DynamoConversations(dynamodb, settings.conversations_table),
            DynamoFeedback(dynamodb, settings.feedback_table),
        ),
    )
    return improver, DraftDesk(kept, knowledge, S3Inbox(client("s3"), settings.inbox_bucket))
