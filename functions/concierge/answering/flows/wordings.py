"""What flows say and hear that no shop has to write."""

import re

from concierge.answering.phrases import normal

CANCELLED = {
    "en": "All right, I have stopped that. What else can I do for you?",
    "zh": "好的，已经停止了。还有什么可以帮您？",
}
WRONG = {"en": "Sorry, I did not get that. ", "zh": "抱歉，我没有看懂。"}
YES_NO = {"en": ("yes", "no"), "zh": ("是", "否")}

_CANCELS = re.compile(
    r"(?:^|\b)(?:never ?mind|forget (?:it|about it|that)|cancel(?: (?:that|this|it))?$|stop(?: (?:it|this|that))?$"
    r"|leave it|don't bother|no longer needed|abort$|quit$|i changed my mind|let's drop it|not (?:needed|interested) any ?more)"
    r"|^(?:那)?(?:还是)?(?:算了|取消|不用了|不查了|不要了|不问了|停止|停)(?:吧|了|查询)?$|算了吧|还是算了|我不想查了|不用查了"
)
_LACKS = re.compile(
    r"(?:don't|do not|can't|cannot|can not) (?:know|have|find|remember)|\bno idea\b|\blost (?:it|the|my)\b|\bnot sure\b|^i have none$"
    r"|不知道|不记得|忘(?:记)?了|找不到|没有(?:订单号|号码|单号|邮箱)|不清楚"
)
_CORRECTS = re.compile(
    r"^(?:no|nope|sorry|oh|wait|actually|oops|i meant?|i mean|rather|correction|not)\b|\b(?:i meant?|instead|rather|should be|make (?:it|that)|change (?:it|that|the \w+) to)\b"
    r"|^(?:不|不对|不是|错了|抱歉|等等|等一下|我是说)|应该是|改成|换成|我说的是|打错|写错"
)
_FOLLOWS = re.compile(
    r"^(?:and|or|what about|how about|also|then|but)\b|^(?:那|那么|还有|如果)|呢[?？]?$"
)
_ASKS = re.compile(
    r"[?？]|^(?:what|how|why|where|when|who|which|do|does|did|is|are|can|could|will|would|should)\b"
    r"|(?:吗|呢|多少|什么|怎么|哪里|哪儿|为什么|多久|几天|谁)"
)


def cancels(text: str) -> bool:
    """Tell whether a customer wants to stop what a flow is doing."""
    return len(text) <= 120 and bool(_CANCELS.search(_bare(text)))


def lacks(text: str) -> bool:
    """Tell whether a customer says not to know or have what is asked for."""
    return len(text) <= 200 and bool(_LACKS.search(_bare(text))) and not asks(text)


def corrects(text: str) -> bool:
    """Tell whether a text takes back something said before."""
    return bool(_CORRECTS.search(_bare(text)))


def follows_up(text: str) -> bool:
    """Tell whether a text asks the same again with something changed: "and to Canada?"."""
    return len(text) <= 60 and bool(_FOLLOWS.search(_bare(text)))


def asks(text: str) -> bool:
    """Tell whether a text is a question."""
    return bool(_ASKS.search(normal(text[:1_000])))


def _bare(text: str) -> str:
    return normal(text[:1_000]).strip(" .,!。，！")
