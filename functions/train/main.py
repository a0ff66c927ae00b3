"""TrainFunction: the entry point named in template.yaml."""

import os

import concierge.startup
from concierge.bootstrap.training import trainer
from concierge.settings import TrainSettings
from train.app import make_handler

handler = make_handler(trainer(TrainSettings.from_env(os.environ)))
concierge.startup.finish()
