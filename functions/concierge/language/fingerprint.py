"""Which vectors a model makes: equal fingerprints mean that vectors can be compared and kept."""

import hashlib
import json

from concierge.artifacts.manifest import Manifest
from concierge.language import heads


def vectors_fingerprint(manifest: Manifest) -> str:
    """Hash all that decides a text's vector: the files but for heads, prefixes, length and width.

    So a head can be added to a model without encoding a catalogue anew.
    """
    details = manifest.details
    decisive = {
        "files": {
            name: entry.sha256 for name, entry in manifest.files.items() if name != heads.FILE_NAME
        },
        "query_prefix": details.get("query_prefix", ""),
        "passage_prefix": details.get("passage_prefix", ""),
        "max_tokens": details.get("max_tokens"),
        "dimensions": details.get("dimensions"),
    }
    return hashlib.sha256(json.dumps(decisive, sort_keys=True).encode()).hexdigest()
