"""What is said to small talk, unless the shop has words of its own."""

from concierge.answering.dialogue import Dialogue
from concierge.answering.flows.flow import Texts, told
from concierge.answering.small_talk import Kind

_REPLIES: dict[Kind, Texts] = {
    "greeting": {"en": "Hello! What can I do for you?", "zh": "您好！有什么可以帮您？"},
    "thanks": {
        "en": "You are welcome! Is there anything else?",
        "zh": "不客气！还有什么可以帮您？",
    },
    "goodbye": {"en": "Goodbye, and thank you for your visit!", "zh": "再见，感谢您的光临！"},
    "how_are_you": {
        "en": "All is well, thank you. What can I do for you?",
        "zh": "我很好，谢谢。有什么可以帮您？",
    },
    "who_are_you": {
        "en": (
            "I am the shop's automatic assistant, not a person. If you would rather talk to one, "
            'say "a person, please".'
        ),
        "zh": "我是本店的自动助手，不是真人。如果想找真人，请说“转人工”。",
    },
    "help": {
        "en": (
            "I answer questions about orders, delivery, returns and our products. Just ask, or "
            'say "a person, please".'
        ),
        "zh": "我可以回答订单、配送、退换货和商品方面的问题。请直接提问，或说“转人工”。",
    },
    "insult": {
        "en": (
            "I am sorry that this is not going well. Tell me what you need, or say "
            '"a person, please".'
        ),
        "zh": "很抱歉没能帮到您。请告诉我您需要什么，或说“转人工”。",
    },
    "chitchat": {
        "en": "That is outside of what I know; I am here for the shop. What can I do for you there?",
        "zh": "这个我不太懂，我只负责店里的事。请问有什么可以帮您？",
    },
}


def small_talk_reply(kind: Kind, dialogue: Dialogue, language: str) -> str:
    """Return what to say, in the shop's words where it has some in this language."""
    own = dialogue.small_talk.get(kind, {})
    return told({**_REPLIES[kind], **own}, language)
