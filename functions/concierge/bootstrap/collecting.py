"""What IngestFunction runs on."""

from concierge.adapters.events_sqs import SqsEvents
from concierge.bootstrap.clients import client
from concierge.ingesting.collector import Collector
from concierge.settings import IngestSettings


def collector(settings: IngestSettings) -> Collector:
    """Return the collector that feeds the queue."""
    return Collector(SqsEvents(client("sqs"), settings.events_queue_url))
