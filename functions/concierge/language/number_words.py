"""The English number words up to nineteen, each at the place of its value."""

_UNITS = "zero one two three four five six seven eight nine"
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
ENGLISH_UNITS = (*_UNITS.split(), *_TEENS.split())
