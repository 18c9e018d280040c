"""Regular expressions that are compiled when somebody first uses them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

__all__ = ["regular_expression"]

if TYPE_CHECKING:
    from re import compile as regular_expression
else:
    _METHODS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub")

    class regular_expression:  # noqa: N801 - it stands for the function
        """What `re.compile` gives, compiled at its first use.

        All of ours together take 18 ms to compile; a command or an editor's first minute uses a quarter.
        """

        __slots__ = ("_pattern", *_METHODS)

        def __init__(self, pattern: str, flags: int = 0) -> None:
            self._pattern = pattern, flags

        def __getattr__(self, name: str) -> Any:
            """Compile, and have the methods at hand from now on."""
            compiled = re.compile(*self._pattern)
            for method in _METHODS:
                setattr(self, method, getattr(compiled, method))
            return getattr(compiled, name)
