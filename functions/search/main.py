"""SearchFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from concierge.bootstrap.searching import searcher
from concierge.http import allowing
from concierge.settings import SearchSettings
from search.app import make_handler

settings = SearchSettings.from_env(os.environ)
handler = allowing(settings.allowed_origin, make_handler(searcher(settings)))
concierge.startup.finish()
