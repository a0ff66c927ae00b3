"""AnswerFunction: the entry point named in template.yaml."""

import os

from answer.app import make_handler
from concierge.bootstrap.answering import answerer
from concierge.settings import AnswerSettings

handler = make_handler(*answerer(AnswerSettings.from_env(os.environ)))
