"""Where a key comes from."""

from __future__ import annotations

import os
import pathlib
import tempfile
from collections.abc import Callable
from typing import Union

from .problems import NoKey


class KeyFile:
    """A key in a file, which is read for each request. So a new key needs no restart."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._path = pathlib.Path(path)

    def __call__(self) -> str:
        try:
            return self._path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise NoKey(f"the file of the key cannot be read ({type(error).__name__})") from None

    def replace(self, issue: Callable[[], str]) -> None:
        """Stores the key that `issue` returns, in one step and readable for the owner alone."""
        path = self._path.resolve()
        # Made before the request: a new key that cannot be stored is lost. Mode 0600.
        descriptor, new = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        try:
            with os.fdopen(descriptor, "w", encoding="utf-8") as file:
                file.write(f"{issue()}\n")
                file.flush()
                os.fsync(file.fileno())
            os.replace(new, path)
        finally:
            pathlib.Path(new).unlink(missing_ok=True)


Key = Union[str, Callable[[], str]]


def read_key(key: Key) -> str:
    text = (key if isinstance(key, str) else key()).strip()
    if not text:
        raise NoKey("the key is empty")
    # The error for a header with other characters would repeat it.
    if not all("!" <= character <= "~" for character in text):
        raise NoKey("the key has a character that no key has: is it cut off, are there two?")
    return text
