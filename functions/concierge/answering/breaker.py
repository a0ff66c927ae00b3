"""A circuit breaker: after failures in a row nothing is tried for a while, then once."""

import time
from collections.abc import Callable
from threading import Lock


class Breaker:
    """Kept in the memory of one function; each failed probe doubles the pause, up to the longest."""

    def __init__(
        self,
        failures: int = 3,
        pause_s: float = 30.0,
        longest_s: float = 300.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = failures
        self._first_pause_s = pause_s
        self._longest_s = longest_s
        self._clock = clock
        self._lock = Lock()
        self._failed = 0
        self._pause_s = pause_s
        self._closed_at = float("-inf")

    def allows(self) -> bool:
        """Tell whether to try; once a pause is over, one caller may, the others after its result."""
        with self._lock:
            if self._failed < self._most:
                return True
            now = self._clock()
            if now < self._closed_at:
                return False
            # A probe that never reports would else keep the breaker open for ever.
            self._closed_at = now + self._pause_s
            return True

    def succeeded(self) -> None:
        """Close the breaker."""
        with self._lock:
            self._failed = 0
            self._pause_s = self._first_pause_s

    def failed(self) -> None:
        """Count a failure, and open the breaker at the last one that is borne."""
        with self._lock:
            self._failed += 1
            if self._failed >= self._most:
                self._closed_at = self._clock() + self._pause_s
                self._pause_s = min(2 * self._pause_s, self._longest_s)
