"""RecommendFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from concierge.bootstrap.recommending import recommender
from concierge.http import allowing
from concierge.settings import RecommendSettings
from recommend.app import make_handler

settings = RecommendSettings.from_env(os.environ)
handler = allowing(settings.allowed_origin, make_handler(recommender(settings)))
concierge.startup.finish()
