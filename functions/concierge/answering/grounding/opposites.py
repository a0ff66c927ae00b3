"""Words that turn a meaning round, in families of which a text has to have its passage's side."""

# Words with an opposite: a text has to have the side that its passage has.
OPPOSITES: dict[str, tuple[tuple[str, str], ...]] = {
    "answer": (
        (
            r"^\s*yes\b|^\s*(?:是的|对的|没错|需要|可以|能|有|会|支持|接受|安全|含)(?=[，。：:,.!！ ]|$)",
            "yes",
        ),
        (
            r"^\s*no\b(?=\s*[,.;:!—–-])|^\s*(?:不是|不行|不可以|不能|不用|没有|不会|不支持|不接受|不安全|不含)(?=[，。：:,.!！ ]|$)",
            "no",
        ),
    ),
    "bound": (
        (
            (
                r"\bat least\b|\bor (?:more|above|over)\b|\bmore than\b|\bminimum(?: of)?\b|\bno (?:less|fewer) than\b"
                r"|\b(?:over|above|exceed(?:s|ing)?)(?=\s*[€$£¥]?\s*\d)|至少|最少|不少于|不低于|以上|超过|(?<!不)满(?=\s*[€$£¥]?\s*\d)|多(?=家)"
            ),
            "least",
        ),
        (
            (
                r"\bat most\b|\bup to\b|\b(?:no|not) more than\b|\b(?:less|fewer) than\b|\bmaximum(?: of)?\b"
                r"|\bor (?:less|fewer|below)\b|\b(?:under|below)(?=\s*[€$£¥]?\s*\d)|最多|至多|不超过|不多于|以下|不足(?=\s*\d)|不满(?=\s*\d)"
            ),
            "most",
        ),
    ),
    "order": (
        (
            r"\bbefore\b|\buntil\b|\btill\b|\bprior to\b|之前|以前|(?<![目提以之此往])前(?![往台面后])",
            "before",
        ),
        (
            r"\bafter(?:wards)?\b|\bsince\b|\blater than\b|之后|以后|(?<![然最售以之先随])后(?![台续果面付])",
            "after",
        ),
        (
            r"\bwithin(?=\s+(?:\d|an?\b|one\b|two\b|three\b|the (?:next|first)\b))|以内|之内|(?<=[天日时周月年钟])内",
            "within",
        ),
    ),
    "cost": (
        (r"\bfree\b|免费|免息", "free"),
        (
            (
                r"\bpaid\b|\bpay(?:s|ing|able)?\b|\bcosts?\b|\bcharge[sd]?\b|\bsurcharges?\b|\bfees?\b"
                r"|收费|付费|自付|另收|收取|加价|要钱|扣除"
            ),
            "paid",
        ),
    ),
    "extent": (
        (r"\binclud(?:e[sd]?|ing)\b|\bcover(?:s|ed|ing)?\b|包含|包括|涵盖", "in"),
        (r"\bexclud(?:e[sd]?|ing)\b|\bexcept(?:ing)?\b|\bapart from\b|除外|除了|排除", "out"),
    ),
    "quantifier": (
        (
            r"\ball\b|\bevery(?:thing|body|one)?\b|\bany(?:thing|body|one)?\b|\beach\b|全部|所有|任何|全额|一律",
            "all",
        ),
        (r"\bsome\b|\bpart(?:s|ly|ial|ially)?\b|\bfew\b|部分|某些|个别", "some"),
    ),
    "duty": (
        (
            r"\bmust\b|\bha(?:ve|s) to\b|\brequired?\b|\bmandatory\b|\bobligatory\b|必须|务必|强制",
            "must",
        ),
        (r"\bmay\b|\boptional(?:ly)?\b|\bvoluntar(?:y|ily)\b|可选|自愿", "may"),
    ),
    "size": (
        (r"\blarg(?:e|er|est)\b|\bbig(?:ger|gest)?\b|大(?=一?码)|(?<=选)大", "large"),
        (r"\bsmall(?:er|est)?\b|小(?=一?码)|(?<=选)小", "small"),
    ),
    "speed": (
        (r"\bearl(?:y|ier|iest)\b|提前|更早", "early"),
        (r"\blate(?:r|st)?\b|推迟|延后|更晚", "late"),
    ),
    "place": (
        (r"\bindoors?\b|\binside\b|境内|室内|国内", "inside"),
        (r"\boutdoors?\b|\boutside\b|境外|室外|国外", "outside"),
    ),
    "change": (
        (r"\badd(?:s|ed|ing)?\b|\bincreas(?:e[sd]?|ing)\b|增加|添加|提高", "add"),
        (
            r"\bdeduct(?:s|ed|ing)?\b|\bremov(?:e[sd]?|ing)\b|\bdecreas(?:e[sd]?|ing)\b|\breduc(?:e[sd]?|ing)\b|减少|降低|删除",
            "remove",
        ),
    ),
    "will": (
        (
            r"\baccept(?:s|ed|ing)?\b|\ballow(?:s|ed|ing)?\b|\bpermit(?:s|ted)?\b|接受|支持|允许",
            "accept",
        ),
        (
            r"\brefus(?:e[sd]?|ing)\b|\breject(?:s|ed|ing)?\b|\bdeclin(?:e[sd]?|ing)\b|\bforbid(?:s|den)?\b|\bprohibit(?:s|ed)?\b|拒绝|拒收|禁止",
            "refuse",
        ),
    ),
    "seal": (
        (r"\bopen(?:s|ed)?\b|\bunseal(?:ed)?\b", "open"),
        (r"\bclose[sd]?\b|\bseal(?:ed)?\b|\bunopened\b", "closed"),
    ),
    "wear": ((r"\bnew\b|全新|新的", "new"), (r"\bworn\b|\bold\b|旧的|二手", "old")),
    "whole": (
        (r"\bfull(?:y)?\b|\bcomplete(?:ly)?\b|\bwhole\b|完整", "full"),
        (r"\bpartial(?:ly)?\b|\bincomplete\b|残缺", "part"),
    ),
    "guilt": (
        (r"\bfaulty\b|\bbroken\b|\bdefective\b|\bdamaged\b", "faulty"),
        (r"\bintact\b|\bflawless\b", "intact"),
    ),
}
# Too many honest sentences turn these round for them to be compared by what stands around them.
ONLY_PRESENT = frozenset({"whole", "guilt", "answer", "extent"})
