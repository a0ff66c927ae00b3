"""The names of colours in English and Chinese, each shade below the colours it is a shade of."""

# name and its synonyms | what it is a shade of
_COLOURS = """
black, 黑色, 黑 |
jet black, onyx, 曜石黑, 墨黑 | black
white, 白色, 白 |
ivory, off white, 象牙白, 米白色, 米白, 乳白色, 奶白色 | white
cream, 奶油色, 奶油白 | white beige
grey, gray, 灰色, 灰 |
charcoal, anthracite, graphite, slate, 炭灰色, 炭灰, 深灰色, 深灰, 石墨色, 石墨灰 | grey
light grey, light gray, ash grey, 浅灰色, 浅灰 | grey
silver, 银色, 银 |
gold, golden, 金色, 金 |
rose gold, 玫瑰金色, 玫瑰金 | gold pink
champagne, 香槟色, 香槟金 | gold
bronze, copper, 古铜色, 铜色 |
red, 红色, 红, 大红色, 大红, 正红色 |
burgundy, bordeaux, maroon, oxblood, wine red, dark red, 酒红色, 酒红, 暗红色, 深红色, 枣红色 | red
crimson, scarlet, cherry red, ruby, 绯红色, 猩红色 | red
rust, terracotta, brick red, 铁锈红, 铁锈色, 砖红色, 陶土色 | red brown orange
coral, 珊瑚色, 珊瑚红 | pink orange
pink, 粉色, 粉红色, 粉红, 粉 |
rose, blush, dusty pink, 玫瑰色, 玫红色, 玫红, 藕粉色 | pink
fuchsia, magenta, hot pink, 品红色, 洋红色 | pink purple
orange, 橙色, 橘色, 橙, 橘, 桔色 |
apricot, peach, 杏色, 桃色 | orange
yellow, 黄色, 黄 |
mustard, ochre, 芥末黄, 姜黄色, 姜黄 | yellow
lemon yellow, 柠檬黄 | yellow
green, 绿色, 绿 |
sage, 鼠尾草绿 | green
olive, olive green, khaki green, 橄榄绿, 橄榄色, 军绿色, 军绿 | green
mint, mint green, 薄荷绿, 薄荷色 | green
forest green, dark green, bottle green, fir green, 墨绿色, 墨绿, 深绿色, 森林绿 | green
emerald, 祖母绿 | green
lime, lime green, 青柠色 | green
turquoise, teal, petrol, aqua, 青色, 蓝绿色, 孔雀蓝, 湖蓝色 | blue green
blue, 蓝色, 蓝 |
navy, navy blue, dark blue, midnight blue, 藏青色, 藏青, 海军蓝, 深蓝色, 深蓝, 藏蓝色, 午夜蓝 | blue
light blue, sky blue, baby blue, ice blue, 浅蓝色, 浅蓝, 天蓝色, 天蓝 | blue
royal blue, cobalt, cobalt blue, 宝蓝色, 宝蓝 | blue
denim blue, 牛仔蓝 | blue
purple, violet, 紫色, 紫 |
lilac, lavender, mauve, 丁香紫, 淡紫色, 浅紫色, 薰衣草紫 | purple
plum, aubergine, 梅紫色, 茄紫色 | purple
brown, 棕色, 褐色, 咖啡色, 棕, 褐 |
chocolate, chocolate brown, dark brown, 巧克力色, 深棕色 | brown
tan, camel, cognac, 驼色, 焦糖色 | brown beige
beige, 米色, 米 |
sand, taupe, oatmeal, nude, 沙色, 裸色, 燕麦色 | beige
khaki, 卡其色, 卡其 | beige green
multicolour, multicolor, multicoloured, multicolored, rainbow, 彩色, 彩虹色, 多色 |
transparent, 透明色 |
"""

# English colours that name a fruit, a plant, a metal or a stuff more often than a colour.
_THINGS = """
cream gold golden silver bronze copper ruby rust coral rose orange apricot peach mustard sage olive
mint lime plum aubergine emerald lemon chocolate camel cognac champagne sand oatmeal nude lavender
lilac slate charcoal graphite ivory onyx cobalt petrol aqua rainbow transparent tan
"""
THINGS = frozenset(_THINGS.split())

# Before or after these words, a colour is a part of a name.
_BEFORE = """
green: tea bean card screen energy salad curry pepper olive house light
black: tea pepper friday bean coffee box board forest hole rice garlic currant magic light seed hat
white: tea wine noise chocolate board rice bread sugar pepper vinegar paper good gold musk russian
red: wine bull cross pepper bean onion lentil hat eye light rice cabbage bush nose cedar
blue: cheese tooth ray light berry print tit whale lagoon tack
brown: sugar rice bread bear sauce
pink: floyd lady salt noise pepper
yellow: page pepper curry submarine
orange: juice tea marmalade oil zest blossom peel squeezer soda tree
gold: coast fish rush card leaf digger medal
golden: retriever syrup gate hour rule girl
silver: screen polish surfer lining cleaner
purple: rain
grey: area squirrel matter
gray: area squirrel matter
rose: water hip oil bush wood garden petal wine
"""
_AFTER = """
grey: earl
cream: ice sour face hand sun night day eye body shaving
white: snow egg
black: men
gold: rose white
brown: james charlie hash
"""


def _table(text: str) -> dict[str, frozenset[str]]:
    lines = (line.split(":") for line in text.strip().splitlines())
    return {colour: frozenset(words.split()) for colour, words in lines}


BEFORE, AFTER = _table(_BEFORE), _table(_AFTER)
# What is a colour as the value of a colour, and hardly ever in a query.
_VALUES = {
    "sky": "light blue", "night": "navy", "ink": "navy", "moss": "green", "leaf": "green",
    "tomato": "red", "stone": "beige", "oat": "beige", "brass": "gold", "chrome": "silver",
    "lemon": "yellow", "ember": "red", "ash": "grey", "smoke": "grey", "denim": "blue",
    "mixed": "multicolour", "clear": "transparent",
}  # fmt: skip


def _read() -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    names: dict[str, str] = {}
    wider: dict[str, frozenset[str]] = {}
    for line in _COLOURS.strip().splitlines():
        written, _, parents = line.partition("|")
        first, *others = (name.strip() for name in written.split(","))
        names |= dict.fromkeys([first, *others], first)
        wider[first] = frozenset({first, *parents.split()})
    return names, wider


# NAMES: from each name to the first of its line; WIDER: from that to all the colours it counts as.
NAMES, WIDER = _read()
VALUE_NAMES = NAMES | {name: NAMES.get(colour, colour) for name, colour in _VALUES.items()}
