"""IngestFunction: the entry point named in template.yaml."""

import os

from concierge.bootstrap.collecting import collector
from concierge.settings import IngestSettings
from ingest.app import make_handler

handler = make_handler(collector(IngestSettings.from_env(os.environ)))
