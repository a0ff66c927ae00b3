"""Makes a two-layer BERT with random weights and a vocabulary of letters, in Hugging Face's layout."""

import json
import string
from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import BertConfig, BertModel

# Random weights have no structure that survives seven bits, nor a task that they are good at.
QUICK = (
    "export",
    *("--recipes", "default"),
    *("--effort", "quick"),
    *("--min-cosine", "0.9"),
    *("--max-quality-drop", "100"),
)
LAYERS, HEADS, WIDTH, POSITIONS = 2, 4, 32, 64
SPECIAL = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]
LETTERS = string.ascii_lowercase + string.digits + string.punctuation
VOCABULARY = SPECIAL + list(LETTERS) + [f"##{letter}" for letter in LETTERS]


def write_tiny_model(folder: Path) -> Path:
    """Write weights, configuration, tokenizer and pooling; return the folder."""
    torch.manual_seed(7)
    config = BertConfig(
        vocab_size=len(VOCABULARY),
        hidden_size=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        intermediate_size=2 * WIDTH,
        max_position_embeddings=POSITIONS,
        # Wider than training starts with: otherwise all texts have nearly the same vector.
        initializer_range=0.3,
    )
    BertModel(config).eval().save_pretrained(folder)
    write_tokenizer(folder)
    write_pooling(folder, "mean")
    return folder


def write_tokenizer(folder: Path) -> None:
    """Write a tokenizer that pads to the left and cuts at eight, as ours must not."""
    numbers = {token: number for number, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_padding(direction="left")
    tokenizer.enable_truncation(8)
    tokenizer.save(str(folder / "tokenizer.json"))


def write_pooling(folder: Path, mode: str) -> None:
    """Write the pooling configuration of sentence-transformers."""
    (folder / "1_Pooling").mkdir(exist_ok=True)
    modes = {
        "mean": "pooling_mode_mean_tokens",
        "cls": "pooling_mode_cls_token",
        "lasttoken": "pooling_mode_lasttoken",
    }
    stated = {name: kind == mode for kind, name in modes.items()}
    stated["pooling_mode_max_tokens"] = mode == "max"
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(stated))


def edit_json(path: Path, **changes: object) -> None:
    """Change fields of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
