import pytest

from concierge.language.identification import identify


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("How do I return an item?", "en"),
        ("Wie kann ich einen Artikel zurückgeben?", "de"),
        ("Comment puis-je retourner un article ?", "fr"),
        ("¿Cómo puedo devolver un artículo?", "es"),
        ("Come posso restituire un articolo? Non ho lo scontrino.", "it"),
        ("Como posso devolver um artigo? Não tenho a fatura.", "pt"),
        ("Hoe kan ik een artikel retourneren?", "nl"),
        ("怎么退货？", "zh"),
        ("可以用 PayPal 付款吗？", "zh"),
        ("返品できますか？", "ja"),
        ("반품할 수 있나요?", "ko"),
        ("PayPal", ""),
        ("🙂", ""),
        ("", ""),
    ],
)
def test_the_language_is_told_where_it_can_be(text, language):
    assert identify(text) == language


def test_what_cannot_be_told_is_the_default():
    assert identify("Adidas Samba OG", default="en") == "en"
