"""Words that a text may use although no passage has them, and ways to say one thing."""

import re

_ENGLISH = """
a about according across actually additionally afterwards again also although am an and
another answer are around as ask at be because been being both but by can case check click
come comes concern concerning contact could customer depend depends did do does doing done
during either else enter example find follow following follows for from further furthermore
gets getting give given gives giving go goes going had handle handled happen happens happy has
have having he hello help helps her here hi him his how however i if in information instance
into is it its itself just kind know known learn let like likewise look make makes making may
me mean means meanwhile meantime might mind moreover my namely need needed needs note now of
off on one or other otherwise our ours ourselves out particular per perhaps please possible
question questions rather reach read receive received regard regarding regards related request
said same say says see shall she should show shown simply since so some somebody someone
something sorry such take takes taking tell than thank thanks that the their theirs them
themselves then there therefore these they thing things this those though through thus to too
type understand up us use used uses using via view want wants was way we welcome well were
what whatever when whenever where whether which while who whole whom whose why will wish with
would you your yours yourself apply applies applicable arrange arranges begin begins bring
case choose chosen complete consider contain contains continue counted count counts currently
day date describe detail details directly ensure entire fill form general generally get hold
hour include included includes including instead item keep keeps kept last later lasts leave
leaves list lists long main matter method mention normal normally obtain offer offered offers
option options order orders page part parts pass pick place places possible prefer provide
provided provides purchase purchased put reason reply report requires rest result running
section select send sends sent separate separately set simple stand standard start starts
state stated state step steps still thereafter thing time times total turn type until upon
usual usually visit ways within work works write yet
"""
_CHINESE = """
我们 您 你 您的 你的 我们的 的 了 在 是 有 和 与 及 或 或者 以及 并 并且 而 而且 也 还 就 将 会
可以 能 能够 可 请 如果 如 若 时 时候 的话 那么 则 因此 所以 因为 由于 这 那 这个 那个 这些 那些
其 它 它们 他们 大家 顾客 客户 用户 关于 对于 根据 按照 按 通过 使用 用 进行 需要 需 要 想 想要
希望 应 应该 应当 到 至 从 由 向 给 为 为了 把 被 让 使 对 以 于 之 所 此 该 每 各 另 另外
此外 同时 然后 接着 随后 其中 例如 比如 包括 一下 一个 一些 某 某个 某些 其他 其它 情况 情况下 方式
方法 具体 详细 信息 内容 问题 答案 说明 方面 相关 有关 相应 对应 即 即可 便 便可 就可以 来 去 上 中
里 内 下 过 着 得 地 吧 呢 哦 吗 呀 您好 你好 谢谢 抱歉 很 较 更 比较 一般 通常 一般来说 大概
一般情况下 即使 虽然 但 但是 不过 而是 还是 就是 也就是 也就是说 换句话说 这样 那样 这里 那里 处 点
点击 查看 查询 选择 选 填写 填 输入 打开 进入 联系 告诉 告知 通知 发送 发 寄 寄出 寄到 送 送到 收到
收 拿到 得到 获得 获取 提供 支付 付款 下单 购买 买 订单 商品 产品 物品 东西 货物 顺序 步骤 先 再
完成 办理 处理 申请 提交 提出 要求 开始 结束 期间 期限 时间 日期 日 天 需时 花费 左右 大约 约 共
总共 一共 合计 属于 作为 成为 变成 看到 看 说 讲 提到 表示 写 写明 规定 政策 服务 店 商店 本店 网店
我 咱们 自己 本人 自行 进 出 回 起 开 做 请您 请在 请把 还有 没问题 好的 好 是在 都 则是 只要 一旦
当 后来 目前 现在 当前 如下 以下 上述 前往 使其 从而 以便 情形 之间 之内 之中 方可 才 才能 才可以
便于 多少 多久 多长时间 怎么 如何 什么 哪些 哪里 是否
"""

# Words without a claim of their own. Those that widen or narrow one (all, only, always, must, any),
# that judge (best, safe) or that have an opposite are not among them: a passage has to have them.
HARMLESS_ENGLISH = frozenset(_ENGLISH.split())

# Of these a Chinese sentence may be made beside what its passages say, the longest first.
HARMLESS_CHINESE = tuple(
    sorted(
        _CHINESE.split(),
        key=len,
        reverse=True,
    )
)

# Ways to say one thing, made alike before anything is compared.
ALIKE = tuple(
    (re.compile(pattern, re.IGNORECASE), said)
    for pattern, said in (
        (r"\bfree of charge\b|\b(?:at|for) no (?:extra |additional )?(?:charge|cost)\b", "free"),
        (r"\bwithout (?:extra |additional )?(?:charge|cost)\b|\bcosts? nothing\b", "free"),
        (r"\b(?:do|does) not (?:have|need) to\b|\bdon[’']t (?:have|need) to\b", "not need to"),
        (r"\bneed not\b|\bneedn[’']t\b|\b(?:is|are) not required to\b", "not need to"),
        (r"不收(?:取)?(?:任何)?费用?|无需付费|不用付费|不用花钱|不要钱", "免费"),
        (r"免(?:收)?(?:运费|邮费)|免运费|包邮|免邮", "免费运费"),
        (r"不需要|无需|不必|无须|不用(?=[\u4e00-\u9fff])", "不用"),
    )
)
