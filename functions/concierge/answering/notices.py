"""What a customer is told where the only answer is in another language than the question."""

# {} is the name of the answer's language; a question in any other language is told in English.
_SENTENCES = {
    "en": "This answer is only available in {}.",
    "zh": "这个回答目前只有{}版。",
}
_NAMES = {
    "en": {"en": "English", "zh": "Chinese"},
    "zh": {"en": "英文", "zh": "中文"},
}


def notice_of(asked: str, answered: str) -> str:
    """Return the notice, empty where the question has an answer in its own language or none."""
    if answered in {"", asked}:
        return ""
    told_in = asked if asked in _SENTENCES else "en"
    name = _NAMES[told_in].get(answered, answered)
    return _SENTENCES[told_in].format(name)
