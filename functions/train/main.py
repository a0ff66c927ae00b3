"""TrainFunction: the entry point named in template.yaml."""

import os

from concierge import bootstrap
from concierge.settings import TrainSettings
from train.app import make_handler

handler = make_handler(bootstrap.trainer(TrainSettings.from_env(os.environ)))
