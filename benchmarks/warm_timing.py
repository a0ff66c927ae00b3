"""How long a call takes when everything is warm, in milliseconds and against the unit of DESIGN."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from concierge.language.encoder import open_encoder

RUNS, WARM_UP = 300, 20
QUERY = "waterproof jacket for long walks in the rain"


def milliseconds(call: Callable[[], Any], runs: int = RUNS) -> dict[str, float]:
    """Return median and 99th percentile of a call that replies as handlers do."""
    for _ in range(WARM_UP):
        reply = call()
    if reply["statusCode"] != 200:
        raise RuntimeError(reply["body"])
    times = []
    for _ in range(runs):
        started = time.perf_counter()
        call()
        times.append(1_000 * (time.perf_counter() - started))
    return {"median": float(np.median(times)), "p99": float(np.percentile(times, 99))}


def unit_ms(model: Path) -> float:
    """Return the median time to encode one short query with the float32 model."""
    encoder = open_encoder(model)
    return milliseconds(lambda: (encoder.encode([QUERY]), {"statusCode": 200})[1])["median"]
