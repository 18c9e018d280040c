"""Properties that are worked out once."""

from __future__ import annotations

import functools

__all__ = ["cached_property"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from functools import cached_property
    from typing import Any
else:

    class cached_property(functools.cached_property):  # noqa: N801 - it stands for that one
        """`functools.cached_property` without its lock.

        Before Python 3.12 each first look takes one: a tenth of what it takes to lower a manifest.
        """

        def __get__(self, instance: object | None, owner: type | None = None) -> Any:
            """Return the value, which hides this property from now on."""
            if instance is None:
                return self
            value = instance.__dict__[self.attrname] = self.func(instance)
            return value
