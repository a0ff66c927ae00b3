"""ImporterFunction: the entry point named in template.yaml."""

import os

from concierge import bootstrap
from concierge.settings import ImporterSettings
from importer.app import make_handler

handler = make_handler(bootstrap.importer(ImporterSettings.from_env(os.environ)))
