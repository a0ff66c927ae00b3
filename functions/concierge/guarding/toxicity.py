"""Tell threats, hatred, insults and sexual advances towards people; rude words alone are none."""

from collections.abc import Iterable, Iterator
from functools import cache

from concierge.guarding.findings import Span
from concierge.guarding.phrases import NOT, Combination, Phrases, Reading, combined

RULES = ("threat", "hate", "insult", "sexual")


def _list(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split("|"))


_CLASSES = {
    NOT: _list("shoot you an|shoot you a|beat your price|burn your candles|beat you to"),
    "will": _list(
        "i am coming|im coming|we are coming|i swear i will|信不信我|我们会|我们要|老子|i will|ill|im going to|i am going to|we will|we are going to|were going to|gonna|i want to"
        "|somebody should|someone should|我要|我会|就|小心我|让你|要"
    ),
    "harm": _list(
        "deserve to be shot|杀光|打死|弄死|杀|砸|捅|kill|hurt|shoot|stab|burn|bomb|beat up|beat|strangle|poison|murder|rape|gun|a gun|with blood"
        "|break|smash|cut|slash|attack|make you pay|杀了你|弄死|杀死你|烧了|炸了|打断你的腿|砍死|见血|带刀|炸掉|捅死|打死|打断"
    ),
    "people": _list(
        "everyone|everybody|all of you|you all|them all|你老板|你们老板|你全家|你家人|you|his legs|her legs|your legs|his neck|your neck|your throat|your staff|your family|your staff|your support staff|your driver|your office|your warehouse"
        "|your store|your shop|the courier|the driver|你|你们|你的|你们公司|你们的仓库|那个快递员|客服|店里"
    ),
    "threat": _list(
        "you deserve to be shot|you deserve to die|lot deserve to be shot|you should be shot|people deserve to die|kill everyone|你们都该死|你该死|杀光你们|打死你们|弄死你们|砍死你们|i know where you live and|store with a gun|your whole family dies|you all die|全家都去死"
        "|全家死光|全家去死|让你见血|弄死你|杀了你|打断你的腿|砍死那个|kill yourself|带刀去你们"
        "|烧了你们|炸了你们"
    ),
    "group": _list(
        "muslims|jews|black people|blacks|women|gays|lesbians|immigrants|arabs|chinese people|asians"
        "|africans|mexicans|indians|trans people|disabled people|foreigners|穆斯林|犹太人|黑人|女人"
        "|同性恋|外地人|移民|外国人|残疾人|河南人"
    ),
    "hatred": _list(
        "are all terrorists|are terrorists|are criminals|are disgusting|are inferior|should be shot|should be gassed|are not human|都恶心|真恶心|是恐怖分子|都是罪犯|不是人|低人一等|should be deported|should be killed|should die|are vermin|are subhuman|subhuman|are parasites"
        "|are filth|all filth|are animals|too stupid to|are scum|都该被赶出去|都该死|下等人|都是蠢货|寄生虫"
        "|都是害虫|都是垃圾|不配工作|滚回|肮脏|该死"
    ),
    "against": _list("exterminate|gas the|deport|hate all|i hate|dirty"),
    "hate": _list(
        "go back to your country|dirty immigrant|nigger|niggers|kike|kikes|faggot|faggots|chink|chinks"
        "|支那人|支那|滚回你的国家|滚回老家|黑鬼"
    ),
    "towards": _list(
        "get lost|what an absolute|bunch of|nothing but|how|你|你们|客服|机器人|滚|you|youre|you are|your|your staff|shut up|all lying|go to hell|screw|die"
    ),
    "insulting": _list(
        "cretin|cretins|nothing but trash|halfwit|halfwits|nitwit|nitwits|dumbass|dumbasses|jerk|jerks|scum|弱智|白痴|蠢货|智障|废物|人渣|垃圾东西|是猪吗|猪脑子|神经病|骗子东西|不要脸|idiot|idiots|moron|morons|bitch|bastard|bastards|asshole|assholes|scumbag|scumbags|loser"
        "|stupid bot|useless bot|retard|retards|retarded|dumb bot|piece of shit|piece of trash|cunt"
        "|wanker|dickhead|imbecile|imbeciles|stupid idiot"
    ),
    "insult": _list(
        "fuck you|fucking idiot|fucking idiots|f*ck you|fuckyou|fuck off|screw you|go to hell|傻逼|傻屄"
        "|你妈的|操你妈|草泥马|你去死|脑残|王八蛋|蠢猪|贱人|去你妈|混蛋|狗东西|你这个白痴|你这个废物"
        "|废物，什么都不会|骗子混蛋|你是白痴|sb客服|滚蛋|煞笔"
    ),
    "sexual": _list(
        "have sex with you|nude picture of|nude photo of|naked picture of|脱光|脱衣服给我|nude photos of your|send nudes|suck my dick|show me your tits|sexy slut"
        "|so horny|horny for you|fuck me|sleep with you|裸照|跟你上床|和你上床|骚货|看看胸|约炮|婊子"
        "|操你|what you are wearing baby"
    ),
}
_COMBINATIONS = (
    Combination("threat", ("threat",)),
    Combination("threat", ("will", "harm", "people"), 4),
    Combination("threat", ("will", "people", "harm"), 4),
    Combination("threat", ("will", "harm", "insulting"), 4),
    Combination("hate", ("hate",)),
    Combination("hate", ("group", "hatred"), 4),
    Combination("hate", ("against", "group"), 2),
    Combination("hate", ("hatred", "group"), 2),
    Combination("insult", ("insult",)),
    Combination("insult", ("towards", "insulting"), 5),
    Combination("insult", ("insulting", "towards"), 2),
    Combination("sexual", ("sexual",)),
)


def toxicity(read: Iterable[Reading]) -> Iterator[Span]:
    """Yield the spans that attack people; they may overlap."""
    for view, given in read:
        for span in combined(_COMBINATIONS, _phrases().hits(given), given):
            yield Span(span.rule, *view.span(span.start, span.end))


@cache
def _phrases() -> Phrases:
    return Phrases(_CLASSES)
