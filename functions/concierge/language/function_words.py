"""Words that say little by themselves, in English and Chinese, as tokens of the lexical index."""

FUNCTION_WORDS = frozenset(
    """
    a about all also am an and any are as at be been but by can could did do doe does for from get
    give had has have hello help hi his how i i'd i'm if in into is it just like look looking may me
    my need not of on or our please sell shall she should show so some something than that the their
    them there these they thi this those to us want was we were what when where which who why will
    with would you your
    的 了 吗 呢 吧 啊 我 你 您 他 她 们 有 没 是 在 和 与 也 都 要 想 请 给 被 把 能 会 个 些 这 那 什 么 怎
    我们 你们 有没 没有 什么 怎么 请问 可以 一个 一些 我想 想要 要买 有什 的吗 你有 需要 给我 这个 那个
    """.split()  # noqa: SIM905 - a list of so many literals reads worse
)
