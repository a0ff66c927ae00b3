"""Tiny random encoders of each family, with a tokenizer that fits."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers, processors
from transformers import (
    AutoModel,
    BertConfig,
    DistilBertConfig,
    MPNetConfig,
    PretrainedConfig,
    RobertaConfig,
    XLMRobertaConfig,
)

from tests.export.tiny_model import LETTERS, write_pooling

LAYERS, HEADS, WIDTH = 2, 4, 32
# RoBERTa's order: the padding id is one, and positions are counted from it.
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
VOCABULARY = SPECIAL + list(LETTERS) + [f"##{letter}" for letter in LETTERS]
SIZES = {
    "vocab_size": len(VOCABULARY),
    "hidden_size": WIDTH,
    "num_hidden_layers": LAYERS,
    "num_attention_heads": HEADS,
    "intermediate_size": 2 * WIDTH,
    "max_position_embeddings": 66,
    # Wider than training starts with: otherwise all texts have nearly the same vector.
    "initializer_range": 0.3,
    "pad_token_id": 1,
}


def config_of(family: str) -> PretrainedConfig:
    """Return the configuration of a tiny model of a family."""
    match family:
        case "bert":
            return BertConfig(**SIZES)
        case "roberta":
            return RobertaConfig(**SIZES, type_vocab_size=1)
        case "xlm-roberta":
            return XLMRobertaConfig(**SIZES, type_vocab_size=1)
        case "mpnet":
            return MPNetConfig(**SIZES)
        case "distilbert":
            return DistilBertConfig(
                vocab_size=len(VOCABULARY),
                dim=WIDTH,
                n_layers=LAYERS,
                n_heads=HEADS,
                hidden_dim=2 * WIDTH,
                max_position_embeddings=64,
                initializer_range=0.3,
                pad_token_id=1,
            )
    raise ValueError(family)


def write_family(folder: Path, family: str, pooling: str = "mean") -> Path:
    """Write a tiny model of a family in Hugging Face's layout; return the folder."""
    torch.manual_seed(7)
    AutoModel.from_config(config_of(family)).eval().save_pretrained(folder)
    numbers = {token: number for number, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.WordPiece(numbers, unk_token="<unk>"))
    tokenizer.normalizer = normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.BertProcessing(("</s>", 2), ("<s>", 0))
    tokenizer.save(str(folder / "tokenizer.json"))
    write_pooling(folder, pooling)
    return folder
