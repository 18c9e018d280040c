"""Named tuples with types, made without compiling anything for each."""

from __future__ import annotations

from collections import namedtuple
from functools import cache
from types import FunctionType
from typing import TYPE_CHECKING, Any

__all__ = ["NamedTuple"]

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    _make = tuple.__new__

    @cache
    def _standard(count: int) -> Any:
        """Return a named tuple of the standard library with so many fields, whose names do not matter."""
        return namedtuple("_Standard", [f"field{index}" for index in range(count)])

    @cache
    def _field(index: int) -> Any:
        """Return the descriptor of the field at an index: the one that is as fast as a slot."""
        return type(_standard(1).field0)(index, f"Alias for field number {index}")

    class _Tuple(tuple):
        """What all named tuples have in common."""

        __slots__ = ()

        def _replace(self, **values: Any) -> Any:
            """Return a copy with other values; raises `TypeError` where a name is no field's."""
            made = _make(type(self), map(values.pop, self._fields, self))
            if values:
                raise TypeError(f"got unexpected field names: {list(values)!r}")
            return made

        def __repr__(self) -> str:
            pairs = zip(self._fields, self, strict=True)
            return (
                f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in pairs)})"
            )

        def __getnewargs__(self) -> tuple[Any, ...]:
            return tuple(self)

    class _Maker(type):
        """Makes a tuple's class of the body of a class, as `typing.NamedTuple` does.

        That one compiles each annotation and each constructor, half a millisecond for a class: a fifth
        of what `ws-lsp check` takes on a small workspace.
        """

        def __new__(cls, name: str, bases: tuple[type, ...], body: dict[str, Any]) -> type:
            if not bases:
                return super().__new__(cls, name, bases, body)
            fields = tuple(body.get("__annotations__", ()))
            defaults = {field: body[field] for field in fields if field in body}
            standard = _standard(len(fields)).__new__
            code = standard.__code__.replace(co_varnames=("_cls", *fields))
            made = {
                **body,
                **{field: _field(index) for index, field in enumerate(fields)},
                "_fields": fields,
                "_field_defaults": defaults,
                "__match_args__": fields,
                "__new__": FunctionType(
                    code, standard.__globals__, "__new__", tuple(defaults.values())
                ),
                "__slots__": (),
            }
            return type(name, (_Tuple,), made)

    class NamedTuple(metaclass=_Maker):
        """What `typing.NamedTuple` is to those who read the types."""
