"""ImporterFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from concierge.bootstrap.importing import importer
from concierge.settings import ImporterSettings
from importer.app import make_handler

handler = make_handler(importer(ImporterSettings.from_env(os.environ)))
concierge.startup.finish()
