"""AnswerFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from answer.app import make_handler
from concierge.bootstrap.answering import answering
from concierge.http import allowing
from concierge.settings import AnswerSettings

settings = AnswerSettings.from_env(os.environ)
found = answering(settings)
handler = allowing(
    settings.allowed_origin, make_handler(found.answerer, found.feedback, found.conversations)
)
concierge.startup.finish()
