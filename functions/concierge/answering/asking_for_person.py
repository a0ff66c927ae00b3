"""Whether a customer asks for a person: never overheard, and never heard into a question of wares."""

import re

from concierge.answering.phrases import normal

LONGEST_TEXT = 2_000
_PERSON = (
    r"(?:humans?(?: being)?s?|persons?|people|someone|somebody|anyone|agents?|representatives?|reps?"
    r"|operators?|(?:member of )?(?:your )?staff|employees?|managers?|supervisors?|colleagues?"
    r"|advis[oe]rs?|assistants?|(?:customer |the |your )*(?:service|support|care)(?: team| staff)?)"
)
_KIND = r"(?:(?:an?|the|any|some|your|one of your|real|actual|live|living|human|customer|service|support|sales) )*"
_POLITE = r"(?:(?:hi|hello|hey|no|not helpful|stop|just|please|pls|plz|ok|okay|asap|now|sorry|well|but|and)[ ,.!]*)*"
_WISH = (
    r"(?:want|wanna|need|would like|'d like|prefer|'d rather have|rather have|demand|give me|get me"
    r"|get|find me|bring me|request)"
)
_REACH = (
    r"(?:talk(?:ing)?|speak(?:ing)?|chat(?:ting)?|connect(?:ed)?|transfer(?:red)?|forward(?:ed)?"
    r"|escalate|hand(?:ed)?|pass(?:ed)?|put|switch)"
)
_ENGLISH = tuple(
    re.compile(pattern)
    for pattern in (
        # Nothing but the wish: "agent", "a real person please".
        rf"^{_POLITE}{_KIND}(?:humans?(?: being)?|person|agent|representative|rep|operator|somebody|someone|manager|supervisor)[ ,.!?]*(?:please|pls|plz|asap|now|needed|thanks|thank you)?[ .!]*$",
        rf"\b{_REACH} (?:(?:me|us|this|it|2|to|with|over|through|on|directly) )*(?:(?:to|with|2) )?{_KIND}{_PERSON}\b(?! (?:at|in|on|of \d))",
        rf"\b{_WISH} (?:to (?:see|have|reach|contact|call) )?{_KIND}(?:human|(?<=real )person|(?<=a )person|agent|representative|operator|supervisor|manager|someone|somebody|support|customer service)\b(?! (?:hair|anatomy|rights|else|who likes|of \d|support for))",
        rf"\b(?:reach|contact|call) {_KIND}(?:humans?|person|agent|representative|operator|staff|employee|manager|support|customer service|someone|somebody)\b",
        rf"\b(?:is|are) there {_KIND}(?:human|person|people|someone|somebody|anyone|anybody|agent)s?\b.{{0,20}}\b(?:talk|speak|chat|here|there|available|help)\b",
        r"\bare there (?:any )?(?:humans|real people)\b",
        rf"\b(?:can|could|may|let|have|would|will) {_KIND}(?:human|person|agent|employee|someone|somebody|(?:staff|team) member|colleague|manager)s? (?:please )?(?:call|help|answer|look|contact|reply|phone|assist|handle|take)\b",
        r"\b(?:human|live|real) (?:agent|support|help|operator|assistance|person please|chat with)\b",
        r"\bcustomer (?:service|support|care)(?: agent| team)? (?:please|pls|now)\b",
        r"\b(?:not|no|don't want|without|hate)(?: to talk to| talking to)? (?:a |an |any |this |your )?(?:bots?|robots?|chatbots?|machines?)\b",
        r"\b(?:callback|call back|phone call) (?:from|with) (?:an? |your )?(?:agent|person|human|someone|somebody|manager)",
        rf"\bget (?:me )?(?:out of|past) (?:this )?(?:bot|robot)|\bcomplain to {_KIND}(?:manager|person|human|supervisor)",
    )
)
_WHO = "(?:客服|真人|活人|经理|主管|工作人员|店员|员工|同事|领导|负责人|老板)"
_CHINESE = tuple(
    re.compile(pattern)
    for pattern in (
        r"人工(?!智能|皮|革|草|合成|费|泪|制作|制造|造|湖|心脏|甜味|色素|香|培育|养殖|打磨|缝|宝石|水晶|珍珠|钻)",
        rf"(?:找|叫|转接?|要|联系|呼叫|接通?|跟|和|与|让|请|见|换|投诉到|求助)(?:一下|一个|一位|个|位|到|给|你们|的|你|你们的|在线|我){{0,3}}{_WHO}(?!折扣|价|的礼物|衬衫|穿|秀|大小|版|电话写错)",
        r"客服(?:在吗|在不在|电话|热线|人员|呢$)|(?:真人|在线)客服|^客服[!！。 ]*$",
        r"有(?:没有)?(?:真|活)人(?:吗|在|能|可以|$)",
        r"(?:别|不要|不想|不用|讨厌)(?:再)?(?:用|跟|和|让)?(?:你这个|这个)?机器人",
        r"(?:跟|和|与)(?:真|活)?人(?:聊|说|谈|讲|沟通|对话)",
        r"(?:找|来|叫|换|派|给我找|安排)(?:一)?个(?:真|活)?人(?:来|跟|帮|处理|说|回|接|吧|$|[!！。])",
        r"(?:找|叫|派)人(?:来|处理|跟我|帮我|联系我|回复)",
    )
)


def asks_for_person(text: str, language: str = "") -> bool:
    """Tell whether a text asks for a person, in either language whatever the other words are in."""
    heard = normal(text[:LONGEST_TEXT])
    patterns = _CHINESE if language == "zh" else (*_ENGLISH, *_CHINESE)
    if language == "zh" and any(character.isascii() and character.isalpha() for character in heard):
        patterns = (*_ENGLISH, *_CHINESE)
    return any(pattern.search(heard) for pattern in patterns)
