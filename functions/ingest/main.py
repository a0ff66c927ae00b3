"""IngestFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from concierge.bootstrap.collecting import collector
from concierge.http import allowing
from concierge.settings import IngestSettings
from ingest.app import make_handler

settings = IngestSettings.from_env(os.environ)
handler = allowing(settings.allowed_origin, make_handler(collector(settings)))
concierge.startup.finish()
