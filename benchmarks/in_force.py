"""What functions hold, for measuring them without a store: a snapshot, an encoder."""

from typing import Any

from concierge.language.encoder import TextEncoder


class Held:
    """A snapshot as Live offers it."""

    def __init__(self, snapshot: Any) -> None:
        self._snapshot = snapshot

    def get(self) -> Any:
        """Return the snapshot."""
        return self._snapshot

    def get_or_none(self) -> Any:
        """Return the snapshot."""
        return self._snapshot


class OneEncoder:
    """An encoder as Encoders offers it."""

    def __init__(self, encoder: TextEncoder) -> None:
        self._encoder = encoder

    def get(self, model: Any) -> TextEncoder | None:
        """Return the encoder, where the snapshot was made with one."""
        return self._encoder if model else None
