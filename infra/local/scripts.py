"""What the demo talks about: the sample shop's own subjects, or what your catalogue holds."""

from infra.local.client import ShopClient
from infra.local.conversation import Customer, Dialogue, Question, Said, Script, Search

SAMPLE_SCRIPT = Script(
    known_customers=(Customer("anna", "en"),),
    interest="bread baking",
    language="en",
    questions=(
        Question("Can I send something back if I don't like it?", "en"),
        Question("东西坏了怎么办？", "zh"),
        Question("学生有折扣吗？", "zh", answered_in="en"),
        Question("Who won the football match yesterday?", "en", action="handoff"),
    ),
    dialogues=(
        Dialogue(
            "en",
            (
                Said("How long does delivery take?", "knowledge", "2 to 4 working days"),
                Said("and express?", "knowledge", "next working day"),
                Said("Where is my order?", "flow", "AB-12345"),
                Said("AB-12345", "flow", "on its way"),
                Said("Show me a kettle", "products", "kettle"),
                Said("a person, please", "person", "colleague"),
            ),
        ),
        Dialogue(
            "zh",
            (
                Said("多久能送到？", "knowledge", "工作日"),
                Said("那退款呢？", "knowledge", "工作日"),
                Said("我的订单到哪了？", "flow", "订单号"),
                Said("AB-33333", "flow", "送达"),
                Said("转人工", "person", "同事"),
            ),
        ),
    ),
    searches=(
        Search("hedphones with noise canceling", "with typos", "noise-cancelling headphones"),
        Search("蓝牙耳机", "in Chinese, over English products", "electronics > audio"),
        Search("teapot", "in English, over Chinese products", "壶", language="zh"),
        Search("trainers for jogging", "in other words than the product's", "running shoes"),
    ),
)


def script_for(client: ShopClient) -> Script:
    """Return a script about the first product that a shop recommends to somebody it does not know."""
    reply = client.request("POST", "/v1/recommendations", {"limit": 1})
    items = reply.body.get("items", []) if isinstance(reply.body, dict) else []
    if not items:
        return Script(interest="gift")
    title: str = items[0]["product"]["title"]
    typed = with_typo(title)
    return Script(
        interest=title,
        searches=(
            Search(title, "for a title", title),
            Search(typed, "with a typo", max(title.split(), key=len)),
        ),
    )


def with_typo(text: str) -> str:
    """Return the text with the middle letter of its longest word left out."""
    longest = max(text.split(), key=len)
    middle = len(longest) // 2
    return text.replace(longest, longest[:middle] + longest[middle + 1 :], 1)
