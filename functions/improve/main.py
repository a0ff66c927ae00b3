"""ImproveFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from concierge.bootstrap.improving import drafts
from concierge.http import allowing
from concierge.settings import ImproveSettings
from improve.app import make_handler

settings = ImproveSettings.from_env(os.environ)
handler = allowing(settings.allowed_origin, make_handler(*drafts(settings)))
concierge.startup.finish()
