"""What ImporterFunction runs on."""

from functools import partial

from concierge.adapters.archive_s3 import S3Archive
from concierge.adapters.bus_eventbridge import EventBridgeBus
from concierge.adapters.continuations_sqs import SqsContinuations
from concierge.adapters.inbox_s3 import S3Inbox
from concierge.adapters.profiles_dynamodb import DynamoProfiles
from concierge.adapters.vector_cache_s3 import S3VectorCache
from concierge.answering.dialogue_snapshot import DIALOGUE
from concierge.answering.judging import EntryJudge
from concierge.bootstrap.clients import client
from concierge.bootstrap.snapshots import artifacts
from concierge.files.limits import Limits
from concierge.ingesting.catalogue_import import Products
from concierge.ingesting.document_import import DocumentImport
from concierge.ingesting.golden_check import GoldenCheck
from concierge.ingesting.golden_import import GoldenImport
from concierge.ingesting.history_import import HistoryImport
from concierge.ingesting.importer import Importer
from concierge.ingesting.knowledge_import import Entries
from concierge.ingesting.model_in_force import ModelInForce
from concierge.ingesting.snapshot_import import SnapshotImport
from concierge.language.encoder import open_encoder
from concierge.retrieval.configuration_snapshot import CONFIGURATION
from concierge.retrieval.guardrails_snapshot import GUARDRAILS
from concierge.retrieval.synonyms_snapshot import SYNONYMS
from concierge.settings import ImporterSettings


def importer(settings: ImporterSettings) -> Importer:
    """Return the importer; the model is loaded with the first file that needs it."""
    limits = Limits(most_bad_share=settings.most_bad_share)
    folder = settings.work_folder
    store = artifacts(settings)
    s3 = client("s3", read_timeout_s=60.0)
    models = ModelInForce(store, folder, partial(open_encoder, threads=settings.encoder_threads))
    cache = S3VectorCache(s3, settings.artifacts_bucket)
    profiles = DynamoProfiles(client("dynamodb"), settings.profiles_table)
    archive = S3Archive(s3, settings.archive_bucket)
    judge = EntryJudge(settings.answer_precision)
    golden = GoldenCheck(store, judge, refuse=settings.golden_policy == "refuse")
    return Importer(
        inbox=S3Inbox(s3, settings.inbox_bucket),
        imports={
            "catalogue": SnapshotImport(Products(), store, models, cache, limits),
            "knowledge": SnapshotImport(Entries(), store, models, cache, limits, golden),
            "golden": GoldenImport(store, limits),
            "events": HistoryImport(store, archive, profiles, limits),
            "configuration": DocumentImport(CONFIGURATION, store),
            "dialogue": DocumentImport(DIALOGUE, store),
            "guardrails": DocumentImport(GUARDRAILS, store),
            "synonyms": DocumentImport(SYNONYMS, store),
        },
        bus=EventBridgeBus(client("events"), settings.event_bus_name),
        continuations=SqsContinuations(client("sqs"), settings.imports_queue_url),
        limits=limits,
        folder=folder,
    )
