"""RecommendFunction: the entry point named in template.yaml."""

import os

from concierge.bootstrap.recommending import recommender
from concierge.settings import RecommendSettings
from recommend.app import make_handler

handler = make_handler(recommender(RecommendSettings.from_env(os.environ)))
