"""SearchFunction: the entry point named in template.yaml."""

import os

from concierge.bootstrap.searching import searcher
from concierge.settings import SearchSettings
from search.app import make_handler

handler = make_handler(searcher(SearchSettings.from_env(os.environ)))
