"""The least that a function with an encoder has to do at its start: the measure of cold starts.

`python bare_floor.py MODEL_FOLDER` imports, loads, encodes one query, prints its length and ends.
It stands alone, so that nothing of ours is imported or timed with it.
"""

import sys

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

folder = sys.argv[1]
options = onnxruntime.SessionOptions()
options.intra_op_num_threads = 1
session = onnxruntime.InferenceSession(
    f"{folder}/x86_64.onnx", options, providers=["CPUExecutionProvider"]
)
tokenizer = Tokenizer.from_file(f"{folder}/tokenizer.json")
tokenizer.no_padding()
ids = np.array([tokenizer.encode("a warm jacket for the rain").ids], np.int64)
(vectors,) = session.run(None, {"input_ids": ids, "attention_mask": np.ones_like(ids)})
print(len(vectors[0]), flush=True)
