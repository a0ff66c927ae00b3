"""What can go wrong while a model is exported.

ConciergeError
└── ExportError
    ├── UnknownModel       nothing is found under the name that was given
    ├── UnusableModel      the model's files are incomplete, unsafe or of an unknown kind
    ├── UnusableFolder     the output folder holds something else
    ├── UnusableAddress    the place to publish to is not an S3 bucket's address
    ├── UnusableCalibration static quantisation has no texts to calibrate with
    ├── DiffersFromOriginal even without quantisation the export computes something else
    ├── UnusableOption     an option does not fit the model or the others
    ├── UnusableTaskFile   a task file breaks a rule
    ├── UnusableHead       a head's name or its labelled file breaks a rule
    ├── UnusableLexicon    a dictionary cannot be read, or is of a language that the encoder knows
    ├── UnusablePairs      pairs of sentences cannot be read, or are no translations
    ├── UnusablePack       a language pack is damaged, or was built for another encoder
    └── TooFarFromOriginal the exported model's vectors differ too much from the original's
"""

from concierge.errors import ConciergeError


class ExportError(ConciergeError):
    """The export cannot be done; the message says what to change."""


class UnknownModel(ExportError):
    """Nothing is found under the name that was given."""


class UnusableModel(ExportError):
    """The model's files are incomplete, unsafe or of an unknown kind."""


class UnusableFolder(ExportError):
    """The output folder holds something that an export must not replace."""


class UnusableAddress(ExportError):
    """The place to publish to is not an S3 bucket's address."""


class UnusableHead(ExportError):
    """A head cannot be trained or removed: its name or its labelled file breaks a rule."""


class UnusableLexicon(ExportError):
    """A dictionary cannot be read, or is of a language whose script the encoder knows."""


class UnusablePairs(ExportError):
    """Pairs of sentences cannot be read, or are no translations."""


class UnusablePack(ExportError):
    """A language pack is damaged, or was built for another encoder."""


class TooFarFromOriginal(ExportError):
    """The exported model's vectors differ too much from the original's."""


class UnusableCalibration(ExportError):
    """Static quantisation has no texts to calibrate with."""


class DiffersFromOriginal(ExportError):
    """Even without quantisation the export computes something else than the original."""


class UnusableOption(ExportError):
    """An option does not fit the model, or the other options."""


class UnusableTaskFile(ExportError):
    """A task file cannot be judged by; the message names the line and the field."""
