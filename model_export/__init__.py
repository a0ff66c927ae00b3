"""Turns a Hugging Face sentence encoder into a fused int8 ONNX model with a manifest."""
