"""Tell the language of a text that somebody wrote: by script, and by function words in Latin script.

Unlike `detect`, which has to choose for a query of two words, this says nothing where it is not
sure.
"""

import re
import unicodedata
from collections import Counter

from concierge.language.detection import detect

# Words that are frequent in one of these languages; some are in several, and count for each.
_FUNCTION_WORDS = {
    "en": "the a an of and to in is are was do does did you your i my we our it this that what how"
    " when where who which can will with for from on at be have has not or if by as",
    "de": "der die das ein eine einen und ist sind ich sie wir ihr mein meine ihre nicht mit von zu"
    " im auf für wie was wann wo kann können wird werden haben bei oder den dem des zum zur aus",
    "fr": "le la les un une des et est sont je vous nous votre vos mon ma mes ne pas avec de du"
    " dans sur pour comment quand où que qui puis peut être avez au aux ou par combien quel",
    "es": "el la los las un una y es son yo usted su sus mi mis no con de del en para por cómo como"
    " cuándo dónde qué que puedo puede cuánto hay o al se lo tengo tiene",
    "it": "il lo la gli le un una e è sono io voi mio mia non con di del della dei in per come"
    " quando dove che posso può quanto o al si ho avete nel sul",
    "pt": "o a os as um uma e é são eu você seu sua meu minha não com de do da dos em no na para"
    " por como quando onde que posso pode quanto ou ao se tem",
    "nl": "de het een en is zijn ik u wij uw mijn niet met van te in op voor hoe wat wanneer waar"
    " kan kunnen wordt worden heb hebben bij of dat die naar",
}
_WORDS_OF = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
# Enough to tell, and bounded for a document of megabytes.
_CHARACTERS = 20_000
_FEWEST = 2


def identify(text: str, default: str = "") -> str:
    """Return an ISO 639-1 code, or the default where it cannot be told."""
    beginning = unicodedata.normalize("NFC", text[:_CHARACTERS])
    by_script = detect(beginning, default="")
    if by_script:
        return by_script
    counts = Counter(_WORD.findall(beginning.lower()))
    found = {language: sum(counts[word] for word in words) for language, words in _WORDS_OF.items()}
    (best, most), (_, second) = Counter(found).most_common(2)
    # Related languages share function words; a lead of a fifth tells them apart.
    return best if most >= _FEWEST and most > 1.2 * second else default
