"""Small talk: what is said besides a question, recognised only where nothing else is said."""

import re
from typing import Literal

from concierge.answering.phrases import LONGEST, Phrases, lines, normal

Kind = Literal[
    "greeting", "thanks", "goodbye", "how_are_you", "who_are_you", "help", "insult", "chitchat"
]
# Where several are said at once, the first of these is answered.
_ORDER: tuple[Kind, ...] = (
    "insult", "chitchat", "who_are_you", "how_are_you", "help", "goodbye", "thanks", "greeting",
)  # fmt: skip
_FILLER = """
please|pls|ok|okay|oh|well|so|and|then|now|just|there|you|dear|sir|madam|everyone|all|bot|today
|to you|my friend|perfect|great|nice|good|cool|super|awesome|got it|yes|yeah|sure|haha|lol|d|p|for now|again|really|very much|so much|a lot|a bunch|indeed
|好的|好|嗯|哦|啊|呀|啦|吧|呢|了|哈|哈哈|请|那|嘿|亲|大家|各位|先|行|ok了|明白了|知道了|懂了|清楚了|收到|您|你|吗|今天|一下|的|噢
"""
_GREETING = """
hi|hello|hey|hey there|hi there|hello there|good morning|good afternoon|good evening|good day|hiya|howdy|greetings|yo|morning|evening|hallo|heya|nice to meet you
|你好|您好|嗨|哈喽|哈啰|早上好|上午好|中午好|下午好|晚上好|早|早安|在吗|在不在|在么|有人吗|有人在吗|喂|你好啊
"""
_THANKS = """
thanks|thank you|thx|ty|tysm|cheers|many thanks|much appreciated|appreciate it|i appreciate it|thanks for your help|thanks for the help|thank you for your help|for your help|for the help|that helped|that was helpful|very helpful|big thanks|kind of you
|that helps|you helped me
|谢谢|多谢|感谢|非常感谢|十分感谢|太感谢了|谢了|谢啦|3q|thanks啦|辛苦了|麻烦你了|麻烦您了|谢谢您的帮助|谢谢你的帮助|您的帮助|你的帮助|帮了大忙|帮大忙了
"""
_GOODBYE = """
bye|goodbye|good bye|bye bye|byebye|see you|see ya|cya|see you later|see you soon|talk to you later|ttyl|later|have a nice day|have a good day|have a great day|have a good one|have a lovely day|have a nice evening|have a nice weekend|good night|take care|farewell|so long|ciao|until next time|gotta go|i have to go|i have to go now|i must go|bye for now
|再见|拜拜|拜|掰掰|再会|回见|下次见|下次再见|回头见|明天见|晚安|下次再聊|回聊|有空再聊|改天聊|祝你愉快|祝您愉快|祝生活愉快|祝你生活愉快|我先走了|我走了|先走了|走了|告辞|886|88|撤了|好嘞
"""
_HOW = """
how are you|how are you doing|how are you today|how are you doing today|how's it going|how is it going|how do you do|are you ok|are you okay|are you well|what's up|whats up|wassup|how have you been|you alright|are you alright|how's your day|how is your day|how do you feel|how are things
|你好吗|您好吗|你怎么样|最近怎么样|你还好吗|你今天怎么样|你今天过得怎么样|过得怎么样|今天过得好吗|最近好吗|你最近好吗|你心情好吗|心情怎么样|你开心吗|近来可好|你今天好吗
"""
_WHO = """
who are you|what are you|are you a bot|are you a robot|are you human|are you a human|are you a real person|are you a person|are you real|are you a chatbot|are you a machine|am i talking to a robot|am i talking to a bot|am i talking to a human|am i chatting with a machine|am i chatting with a bot|am i talking to a person|am i talking to a machine|what's your name|what is your name|do you have a name|are you an ai|are you ai|are you chatgpt|are you gpt|who made you|who built you|who created you|who am i talking to|is this a bot|is this a robot|is this a human|is this an ai|are you alive|a robot|or a human|or a robot|or a bot|or a person|or human
|你是谁|您是谁|你是什么|你是机器人吗|你是真人吗|你是人吗|你是机器吗|你是真的人吗|你叫什么|你叫什么名字|怎么称呼你|你是人还是机器|你是人还是机器人|你是机器人还是人|你是机器人还是真人|你是真人还是机器人|你是人工智能吗|你是ai吗|你是智能客服吗|是机器人在回答吗|是真人吗|是机器人吗|我在和机器人说话吗|我在跟机器人说话吗|我在和真人说话吗|你是chatgpt吗|谁创造了你|谁开发了你|谁做的你|你是活的吗
"""
_HELP = """
help|help me|can you help|can you help me|could you help me|please help|what can you do|what can you do for me|how can you help|how can you help me|what can i ask|what can i ask you|i need help|i need some help|i need your help|i need some assistance|i need assistance|i have a question|i've got a question|i got a question|can i ask you something|can i ask something|can i ask a question|can i ask you a question|how does this work|how does this chat work|what do you do|how do i use this|what are your features|need help
|帮帮我|帮我|帮助|求助|你能做什么|你可以做什么|你会做什么|你会什么|你能干什么|你能帮我做什么|你可以帮我做什么|可以帮我吗|能帮我吗|可以帮帮我吗|能帮帮我吗|可以帮个忙吗|我需要帮助|需要帮助|我有个问题|我有一个问题|有个问题|有问题想问|请问一下|请问|我想问一下|我想问|想问一下|问个问题|能问你个问题吗|可以问你个问题吗|能问个问题吗|你有什么功能|有什么功能|怎么使用|怎么用|救命
"""
_INSULT = """
you are stupid|you're stupid|you are dumb|you're dumb|you are an idiot|you're an idiot|stupid bot|dumb bot|useless bot|bad bot|stupid|stupid machine|dumb machine|you suck|you're useless|you are useless|you are so stupid|you are bad|useless|idiot|moron|shut up|what a dumb machine|what a stupid bot|what a stupid machine|what a useless bot|fuck you|fuck off|you are the worst bot ever|you are the worst|worst bot ever|screw you|go to hell|i hate you|you're terrible|you are terrible|you're the worst|are you stupid
|你真笨|你好笨|你太笨了|真笨|笨蛋|傻瓜|傻子|你傻吗|你是傻子吗|你是白痴吗|白痴|垃圾机器人|垃圾|你真垃圾|你太蠢了|你真蠢|蠢货|没用的东西|你真没用|你没用|废物|你是废物|滚|滚开|滚蛋|闭嘴|智障|你是智障吗|你有病吗|弱智|傻逼|去死|我讨厌你|烦死了|混蛋
"""
_CHITCHAT = """
tell me a joke|tell a joke|a joke please|do you know a joke|do you know any jokes|know any jokes|say something funny|make me laugh|make me smile|tell me something funny|tell me a story|sing me a song|sing a song|sing for me|do you love me|i love you|do you like me|will you marry me|marry me|what is the meaning of life|what's the meaning of life|what time is it|what's the time|what is the time|what day is it|do you like music|do you sleep|do you eat|do you dream|how old are you|where are you from|where do you live|are you single|do you have a girlfriend|do you have a boyfriend|do you have feelings|what's your favourite colour|what's your favorite color|what is your favourite colour|what's your favourite food|i'm bored|i am bored|are you bored|let's chat|talk to me|do you believe in god|are you happy|are you married|who is your favourite singer
|讲个笑话|说个笑话|讲笑话|来个笑话|说个笑话听听|讲个笑话听听|给我讲个笑话|给我讲个故事|讲个故事|说个故事|唱首歌|唱个歌|给我唱首歌|你爱我吗|我爱你|你喜欢我吗|我喜欢你|嫁给我|做我女朋友|做我男朋友|你喜欢音乐吗|你喜欢什么|你几岁了|你几岁|你多大了|你多大|你住在哪里|你从哪里来|人生的意义是什么|生命的意义是什么|陪我聊天|陪我聊聊|陪我说说话|聊聊天|我好无聊|我很无聊|无聊|现在几点了|现在几点|几点了|今天星期几|今天几号|一加一等于几|你有女朋友吗|你有男朋友吗|你结婚了吗|你吃饭了吗|吃饭了吗|你睡觉吗|你会睡觉吗|你会唱歌吗|你会讲笑话吗|你有感情吗
"""
_PHRASES = Phrases(
    {
        "filler": lines(_FILLER),
        "chitchat": lines(_CHITCHAT),
        "insult": lines(_INSULT),
        "help": lines(_HELP),
        "who_are_you": lines(_WHO),
        "how_are_you": lines(_HOW),
        "goodbye": lines(_GOODBYE),
        "thanks": lines(_THANKS),
        "greeting": lines(_GREETING),
    }
)
# Open-ended chit-chat, and only where the whole text is of that form.
_OPEN = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?:how|what)(?:'s| is| will)(?: the)? (?:weather|temperature)(?: be)?(?: like)?(?: (?:today|tomorrow|now|outside|there|here|in \w+|this weekend))*",
        r"(?:will|is) it (?:going to )?(?:rain|raining|snow|snowing|sunny|cold|hot)(?: (?:today|tomorrow|outside|now|tonight))+",
        r"who (?:won|will win|wins) (?:the )?(?:last )?(?:match|game|election|world cup|league|championship|super bowl|cup|race)(?: (?:last night|yesterday|today))?",
        r"(?:what is|what's|do you know) the capital(?: city)? of \w+(?: \w+)?",
        r"(?:what is|what's|how much is) \d+ ?(?:[-+*/x]|plus|minus|times) ?\d+",
        r"(?:今天|明天|后天|现在|外面|这周末|周末|\w{2})?的?天气(?:怎么样|如何|好吗|怎样|预报)(?:啊|呀|呢)?",
        r"(?:今天|明天|后天|今晚|周末)会?(?:不会)?(?:下雨|下雪|刮风|热|冷)(?:吗)?",
        r"谁(?:会)?赢了?(?:昨晚|昨天|今天)?的?(?:比赛|球赛|世界杯|选举|大选)",
        r"\w{2,5}的?首都(?:是哪里|在哪里|在哪|是哪|是什么)",
        r"\d+ ?(?:[-+*/x]|加|减|乘|除以) ?\d+(?:等于几|等于多少|是多少)?",
    )
)
_TRAILING = " .!?,;:~。！？，、；：…～)(-"


def recognise(text: str, language: str = "") -> Kind | None:  # noqa: ARG001
    """Return the kind of small talk that a text is, or None where anything else is said.

    The language does not matter: many greet in another than the one they ask in.
    """
    said = set(_PHRASES.covering(text))
    for kind in _ORDER:
        if kind in said:
            return kind
    if len(text) > LONGEST:
        return None
    heard = normal(text).strip(_TRAILING)
    return "chitchat" if any(pattern.fullmatch(heard) for pattern in _OPEN) else None
