"""Tiny random language models that write, with a tokenizer that fits."""

from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers
from transformers import GPT2Config, GPT2LMHeadModel, T5Config, T5ForConditionalGeneration

LAYERS, HEADS, WIDTH, CONTEXT = 2, 4, 32, 64
END = 1
ALPHABET = sorted(pre_tokenizers.ByteLevel.alphabet())
VOCABULARY = ["<pad>", "</s>", *ALPHABET]


def write_generator(folder: Path, family: str) -> Path:
    """Write a tiny GPT-2 or T5 in Hugging Face's layout; return the folder."""
    torch.manual_seed(7)
    _model(family).eval().save_pretrained(folder)
    numbers = {token: number for number, token in enumerate(VOCABULARY)}
    tokenizer = Tokenizer(models.BPE(numbers, [], unk_token=None))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens(["<pad>", "</s>"])
    tokenizer.save(str(folder / "tokenizer.json"))
    return folder


def _model(family: str) -> torch.nn.Module:
    if family == "gpt2":
        return GPT2LMHeadModel(
            GPT2Config(
                vocab_size=len(VOCABULARY),
                n_embd=WIDTH,
                n_layer=LAYERS,
                n_head=HEADS,
                n_positions=CONTEXT,
                initializer_range=0.3,
                bos_token_id=END,
                eos_token_id=END,
            )
        )
    return T5ForConditionalGeneration(
        T5Config(
            vocab_size=len(VOCABULARY),
            d_model=WIDTH,
            d_kv=WIDTH // HEADS,
            d_ff=2 * WIDTH,
            num_layers=LAYERS,
            num_heads=HEADS,
            decoder_start_token_id=0,
            pad_token_id=0,
            eos_token_id=END,
            initializer_factor=1.0,
        )
    )
