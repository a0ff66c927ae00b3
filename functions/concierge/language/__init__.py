"""Text in, numbers out: tokens, language detection and the sentence encoder."""
