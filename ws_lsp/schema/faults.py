"""The walk that compares a tree with the schema, and yields what uv refuses, at the key or value itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ws_lsp.grammar.names import Name, closest_word, is_valid, normalise
from ws_lsp.grammar.requirement import name_problem
from ws_lsp.grammar.white_space import without_invisible
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.formats import FORMATS, as_name
from ws_lsp.schema.shapes import (
    Anything,
    Choice,
    Flag,
    Holds,
    Integer,
    Key,
    Keys,
    Layer,
    ListOf,
    MapOf,
    Shape,
    Text,
    alternatives,
    dotted,
)
from ws_lsp.text import Span
from ws_lsp.toml.edit import string_text
from ws_lsp.toml.tree import Array, Entry, Missing, Node, Scalar, Statement, String, Table
from ws_lsp.toml.tree import Key as WrittenKey

__all__ = ["Fault", "faults", "meant_key", "type_name"]


class Fault(NamedTuple):
    """Something that the schema does not allow.

    `entry` is the key that it is about, `place` the array and index of an item; both serve the fixes.
    `text` is TOML to write in place of the span, `key` a name to write in place of the key.
    """

    code: str
    span: Span
    message: str
    entry: Entry | None = None
    place: tuple[Array, int] | None = None
    text: str | None = None
    safe: bool = False
    key: str | None = None
    first: WrittenKey | None = None
    """The key that a second one repeats."""
    needed: bool = False
    """Whether the table would be wrong without the entry."""
    others: tuple[str, ...] = ()
    """Other texts than `text` that may be meant."""
    since: tuple[int, ...] = ()
    """The first version of uv that does not see the fault; empty where the newest sees it."""
    seen_since: tuple[int, ...] = ()
    """The first version of uv that sees the fault; empty where 0.9.8 does."""


def faults(
    node: Node,
    shape: Shape,
    label: str,
    layer: Layer,
    entry: Entry | None = None,
    place: tuple[Array, int] | None = None,
) -> Iterator[Fault]:
    """Compare a value with a shape as a layer of uv does; `label` is what messages call the value."""
    if isinstance(shape, Anything) or _is_incomplete(node):
        return
    if isinstance(shape, Choice):
        chosen = next((one for one in shape.shapes if _fits(node, one)), None)
        if chosen is not None:
            if isinstance(chosen, Flag | Keys) and chosen.since:
                message = _capitalised(
                    f"{label} must not be {type_name(node)} before uv {dotted(chosen.since)}"
                )
                yield Fault("invalid-value", node.span, message, entry, place, since=chosen.since)
            yield from faults(node, chosen, label, layer, entry, place)
            return
    if not _fits(node, shape):
        yield _wrong_type(node, shape, label, entry, place)
    elif isinstance(shape, Text) and isinstance(node, String):
        yield from _text_faults(node, shape, label, entry, place)
    elif isinstance(shape, ListOf) and isinstance(node, Array):
        item_label = label if label.startswith("an entry of ") else f"an entry of {label}"
        for index, item in enumerate(node.items):
            if not _is_plain(item, shape.item):
                yield from faults(item, shape.item, item_label, layer, entry, (node, index))
    elif isinstance(shape, MapOf) and isinstance(node, Table):
        yield from _map_faults(node, shape, layer)
    elif isinstance(shape, Keys) and isinstance(node, Table):
        yield from _key_faults(node, shape, label, layer, entry, place)
    elif isinstance(shape, Integer) and isinstance(node, Scalar):
        number = _number(node)
        if shape.least is not None and number < shape.least:
            message = _capitalised(f"{label} must be at least {shape.least}")
            yield Fault("invalid-value", node.span, message, entry, place)
        elif shape.most is not None and number > shape.most:
            message = _capitalised(f"{label} must be at most {shape.most}")
            yield Fault("invalid-value", node.span, message, entry, place)


def type_name(node: Node) -> str:
    """Name the type of a value, as messages do."""
    if isinstance(node, String):
        return "a string"
    if isinstance(node, Array):
        return "a list"
    if isinstance(node, Table):
        return "a table"
    if isinstance(node, Missing):
        return "nothing"
    value = node.value
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int):
        return "an integer"
    return "a number" if isinstance(value, float) else "a date or time"


# --------------------------------------------------------------------------- types

_INTEGER = regular_expression(r"[+-]?[0-9][0-9_]*\Z|0[xob][0-9A-Fa-f_]+\Z")


def _is_plain(node: Node, shape: Shape) -> bool:
    """Tell quickly of the usual values that nothing is wrong with them; False means nothing."""
    if type(shape) is Choice:
        shape = shape.shapes[0]
    if type(shape) is Text:
        if type(node) is not String or not node.closed or shape.words:
            return False
        check = FORMATS.get(shape.holds)
        return check is None or (check.since is None and check.problem(node.value) is None)
    return False


def _is_usual(entry: Entry, shape: Shape) -> bool:
    """Tell whether a value is the usual one of a shape, such as `{ workspace = true }`."""
    if type(shape) is Choice:
        shape = shape.shapes[0]
    return type(shape) is Keys and isinstance(entry, Statement) and entry.flag == shape.usual


def _fits(node: Node, shape: Shape) -> bool:
    """Tell whether a value has the TOML type of a shape."""
    match shape:
        case Anything():
            return True
        case Text():
            return isinstance(node, String) or _is_unit_variant(node, shape)
        case ListOf():
            return isinstance(node, Array)
        case Keys():
            if isinstance(node, Array):
                return shape.by_position and _fit_by_position(node, shape)
            return isinstance(node, Table) or (
                _is_date(node) and not shape.closed and not shape.required
            )
        case MapOf():
            free = shape.name.holds is Holds.TEXT
            return isinstance(node, Table) or (_is_date(node) and free)
        case Flag():
            return isinstance(node, Scalar) and node.raw in shape.words
        case Integer():
            return isinstance(node, Scalar) and _INTEGER.match(node.raw) is not None
        case Choice():
            return any(_fits(node, one) for one in shape.shapes)


def _is_unit_variant(node: Node, shape: Text) -> bool:
    """Tell whether a table is a word as serde also reads it: `{ highest = {} }`."""
    if not isinstance(node, Table) or len(node.entries) != 1 or shape.holds is Holds.WHOLE_VALUE:
        return False
    ((word, entry),) = node.entries.items()
    value = entry.value
    empty = isinstance(value, Table) and not value.entries
    return (word in shape.words or word in shape.aliases) and (
        empty or (isinstance(value, Array) and not value.items)
    )


def _fit_by_position(node: Array, shape: Keys) -> bool:
    """Tell whether a list has the values of all keys of a table, as serde also reads one."""
    count = len(node.items)
    whole = 0 < count <= len(shape.keys) if shape.one_of else count == len(shape.keys)
    return whole and all(
        _fits(item, key.shape) for item, key in zip(node.items, shape.keys.values(), strict=False)
    )


def _is_date(node: Node) -> bool:
    """Tell whether a value is a date or time, which is a table with a secret key to uv."""
    return isinstance(node, Scalar) and type_name(node) == "a date or time"


def _number(node: Scalar) -> int:
    return int(node.raw.replace("_", ""), 0 if node.raw[:1] == "0" and node.raw[1:] else 10)


def _is_incomplete(node: Node) -> bool:
    """Tell whether a value is a syntax mistake, which is reported as such."""
    if isinstance(node, Scalar):
        return node.raw not in ("true", "false") and node.value is None
    return isinstance(node, Missing) or (isinstance(node, String) and not node.closed)


def _wrong_type(
    node: Node, shape: Shape, label: str, entry: Entry | None, place: tuple[Array, int] | None
) -> Fault:
    message = _capitalised(f"{label} must be {shape.noun}, not {type_name(node)}")
    text = None
    some = (*alternatives(shape),)
    if isinstance(node, String) and any(map(_lists_texts, some)):
        text = f"[{string_text(node.value)}]"
    elif (
        isinstance(node, String)
        and node.value in ("true", "false")
        and any(isinstance(one, Flag) and node.value in one.words for one in some)
    ):
        text = node.value
    elif isinstance(node, Table) and any(map(_lists_requirements, some)):
        from ws_lsp.grammar.poetry import as_list  # here, as below: few values are wrong

        text = as_list(node)
    span = node.span
    if isinstance(node, Table) and not node.inline and entry is not None and place is None:
        span = entry.key.span
    safe = not isinstance(node, Table)
    return Fault("invalid-value", span, message, entry, place, text, safe)


def _lists_texts(shape: Shape) -> bool:
    return isinstance(shape, ListOf) and any(
        isinstance(one, Text) for one in alternatives(shape.item)
    )


def _lists_requirements(shape: Shape) -> bool:
    return isinstance(shape, ListOf) and any(
        isinstance(one, Text) and one.holds in (Holds.REQUIREMENT, Holds.LATE_REQUIREMENT)
        for one in alternatives(shape.item)
    )


# --------------------------------------------------------------------------- strings


_SHOWN_WORDS = 12
"""So many words of an enumeration are named in a message."""


def _text_faults(
    node: String, shape: Text, label: str, entry: Entry | None, place: tuple[Array, int] | None
) -> Iterator[Fault]:
    if shape.holds is Holds.WHOLE_VALUE:
        if node.value not in shape.words:
            message = f"{_capitalised(label)} must be {shape.noun}"
            text = f"[{string_text(node.value)}]"
            yield Fault("invalid-value", node.span, message, entry, place, text, True)
        return
    if shape.words:
        if node.value not in shape.words and node.value not in shape.aliases:
            near = closest_word(node.value, shape.words)
            text = string_text(near) if near is not None else ""
            words = ", ".join(f"`{word}`" for word in shape.words[:_SHOWN_WORDS])
            if len(shape.words) > _SHOWN_WORDS:
                words += " and others"
            message = f"{_capitalised(label)} must be one of {words}"
            message += f". Did you mean `{near}`?" if near else ""
            yield Fault("invalid-value", node.span, message, entry, place, text or None)
        return
    check = FORMATS.get(shape.holds)
    problem = check.problem(node.value) if check is not None else None
    since = check.since(node.value) if check is not None and check.since is not None else ()
    if check is not None and problem is None and since:
        message = f"`{node.value}` needs uv {dotted(since)} or newer"
        yield Fault(check.code, node.span, message, entry, place, since=since)
    if check is not None and problem is not None:
        texts, safe = _mended(node.value, shape.holds, check.problem)
        written = tuple(map(string_text, texts))
        first = written[0] if written else None
        yield Fault(check.code, node.span, problem, entry, place, first, safe, others=written[1:])


def _mended(
    value: str, holds: Holds, problem: Callable[[str], str | None]
) -> tuple[tuple[str, ...], bool]:
    """Return what a wrong string may have meant, and whether it surely did."""
    if problem is name_problem:
        text = as_name(value)
        return ((text,) if text else ()), False
    if holds is Holds.PYTHON_SPECIFIERS:
        from ws_lsp.grammar.pythons import meant

        texts = meant(value)
        return texts, len(texts) == 1
    from ws_lsp.grammar.poetry import without_carets

    value = without_invisible(value)
    text = re.sub(r"(?<![<>=!~])=(?!=)", "==", value.partition(";")[0], count=1)
    text = without_carets(text)
    text += value[len(value.partition(";")[0]) :]
    return ((text,) if problem(text) is None else ()), True


# --------------------------------------------------------------------------- tables


def _map_faults(table: Table, shape: MapOf, layer: Layer) -> Iterator[Fault]:
    check = FORMATS.get(shape.name.holds)
    seen: dict[Name, Entry] = {}
    for text, entry in table.entries.items():
        if check is not None and not is_valid(text):
            sound = as_name(text)
            if sound is not None and normalise(sound) in map(normalise, table.entries):
                sound = None
            wrong = check.problem(text) or ""
            yield Fault(check.code, entry.key.span, wrong, entry, key=sound)
        elif shape.distinct:
            name = normalise(text)
            if name in seen:
                first = seen[name].key
                message = f"`{text}` is the same {shape.what} as `{first.text}`"
                yield Fault("duplicate-name", entry.key.span, message, entry, first=first)
            else:
                seen[name] = entry
        if _is_usual(entry, shape.value) or _is_plain(entry.value, shape.value):
            continue
        yield from faults(entry.value, shape.value, f"`{text}`", layer, entry)


def _key_faults(
    table: Table,
    shape: Keys,
    label: str,
    layer: Layer,
    entry: Entry | None,
    place: tuple[Array, int] | None,
) -> Iterator[Fault]:
    for text, inner in table.entries.items():
        known = shape.find(text)
        if known is not None:
            if known.layers and layer not in known.layers:
                continue
            if known.since and shape.closed:
                message = f"`{text}` needs uv {dotted(known.since)} or newer"
                yield Fault("unknown-key", inner.key.span, message, inner, since=known.since)
            if not _is_plain(inner.value, known.shape):
                yield from _value_faults(text, inner, shape, known, layer)
        elif shape.closed and text not in shape.elsewhere:
            yield _unknown(text, inner, table, shape, label)
        else:
            yield from faults(inner.value, shape.rest, f"`{text}`", layer, inner)
    if shape.single and len(table.entries) != 1:
        message = f"{_capitalised(label)} must have exactly one of {_listed((*shape.keys,), 'or')}"
        yield Fault("invalid-value", table.span, message, entry, place)
    for text in shape.required:
        if text not in table.entries:
            span = entry.key.span if entry and not table.inline and not place else table.span
            message = f"{_capitalised(label)} needs `{text}`"
            yield Fault("invalid-value", span, message, entry, place)


def _value_faults(
    text: str, entry: Entry, shape: Keys, known: Key, layer: Layer
) -> Iterator[Fault]:
    needed = text in shape.required or text in shape.one_of
    # an older uv ignores a newer key of an open table
    seen_since = () if shape.closed else known.since
    for fault in faults(entry.value, known.shape, f"`{text}`", layer, entry):
        own = needed and fault.entry is entry
        yield (
            fault._replace(needed=own, seen_since=max(seen_since, fault.seen_since))
            if own or seen_since
            else fault
        )


def _unknown(text: str, entry: Entry, table: Table, shape: Keys, label: str) -> Fault:
    message = f"uv refuses `{text}` in {label}"
    sound = meant_key(text, entry.value, shape.keys, table)
    if sound:
        message += f". Did you mean `{sound}`?"
    elif len(shape.keys) <= 6:
        message += f", which may hold {_listed(tuple(shape.keys))}"
    return Fault("unknown-key", entry.key.span, message, entry, key=sound)


def meant_key(
    text: str, value: Node, keys: Mapping[str, Key], table: Table, cutoff: float = 0.6
) -> str | None:
    """Return the key of a table that a wrong one is most similar to, of those that suit the value."""
    free = [
        one
        for one, key in keys.items()
        if one not in table.entries
        and not any(True for _ in faults(value, key.shape, "", Layer.PROJECT))
    ]
    return closest_word(text.replace("_", "-"), free, cutoff)


def _listed(names: tuple[str, ...], last: str = "and") -> str:
    quoted = [f"`{name}`" for name in names]
    return f" {last} ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _capitalised(label: str) -> str:
    return label[:1].upper() + label[1:]
