"""RecordFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from concierge.bootstrap.recording import recorder
from concierge.settings import RecordSettings
from record.app import make_handler

handler = make_handler(recorder(RecordSettings.from_env(os.environ)))
concierge.startup.finish()
