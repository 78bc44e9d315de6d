"""A signal that threads wait for, and that ends requests."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

from .problems import Stopped

ENDLESS = float("inf")


class Signal:
    """Set once, with a reason. Threads wait for it, and requests end with it."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], None]] = []
        self.reason: Exception | None = None

    def is_set(self) -> bool:
        return self._event.is_set()

    def wait(self, seconds: float | None = None) -> bool:
        """Whether it is set, at the latest after so many seconds."""
        return self._event.wait(None if seconds == ENDLESS else seconds)

    def set(self, reason: Exception | None = None) -> None:
        """Only the first reason counts."""
        with self._lock:
            if self._event.is_set():
                return
            self.reason = reason
            self._event.set()
            callbacks = list(self._callbacks)
        for callback in callbacks:
            callback()

    @contextlib.contextmanager
    def calls(self, callback: Callable[[], None]) -> Iterator[None]:
        """Within `with`, calls it when the signal is set; at once if it is set already."""
        with self._lock:
            is_set = self._event.is_set()
            self._callbacks.append(callback)
        if is_set:
            callback()
        try:
            yield
        finally:
            with self._lock:
                self._callbacks.remove(callback)


def pause(seconds: float, signal: Signal) -> None:
    """Raises Stopped if the signal is set, also if there is nothing to wait for."""
    if signal.wait(max(0, seconds)):
        raise Stopped
