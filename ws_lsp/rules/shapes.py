"""What values may look like: shapes as plain data, and the walk that compares a tree with one.

A shape says what uv's deserialisation accepts. The walk yields a `Fault` for each thing that it refuses,
at the key or value itself; `ws_lsp.rules.tool_uv` and `ws_lsp.rules.settings` hold the tables.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import WORKSPACE
from ws_lsp.project.names import Name, closest_word, is_valid, normalise
from ws_lsp.project.requirement import name_problem
from ws_lsp.regular_expression import regular_expression
from ws_lsp.rules.base import Finding, Fix, Related, Rule, Severity
from ws_lsp.rules.poetry import as_list, without_carets
from ws_lsp.rules.suggestions import is_needed, replacement
from ws_lsp.rules.view import View
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import key_text, remove_entry, remove_item, replace_key, string_text
from ws_lsp.toml.tree import (
    Array,
    Entry,
    Key,
    Missing,
    Node,
    Scalar,
    Statement,
    String,
    Table,
    Tree,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeAlias

__all__ = [
    "ANYTHING",
    "FLAG",
    "TABLE",
    "TEXT",
    "Anything",
    "Choice",
    "Fault",
    "Flag",
    "Integer",
    "Keys",
    "ListOf",
    "MapOf",
    "Shape",
    "Text",
    "faults",
    "report",
]


class Anything(NamedTuple):
    """A value that is not looked at."""

    noun: str = "anything"


class Text(NamedTuple):
    """A string; `problem` says what is wrong with one, which is reported as `code`."""

    problem: Callable[[str], str | None] | None = None
    code: str = "invalid-value"
    words: tuple[str, ...] = ()
    """The only strings allowed, where there are any."""
    noun: str = "a string"


class Flag(NamedTuple):
    """A boolean; `words` are those allowed."""

    words: tuple[str, ...] = ("true", "false")
    noun: str = "`true` or `false`"


class Integer(NamedTuple):
    """A whole number from `least` to `most`."""

    least: int | None = None
    most: int | None = None
    noun: str = "an integer"


class ListOf(NamedTuple):
    """An array of items of one shape."""

    item: Shape
    noun: str = "a list"


class Keys(NamedTuple):
    """A table of known keys; where it is `closed`, uv refuses others."""

    keys: Mapping[str, Shape]
    closed: bool = False
    required: tuple[str, ...] = ()
    one_of: tuple[str, ...] = ()
    """Keys that stand for one another: without them, another rule finds the table wrong."""
    elsewhere: frozenset[str] = frozenset()
    """Unknown keys that another rule reports."""
    usual: tuple[str, str] = ("", "")
    """A key and a bare value that alone make a sound table: the quick way for the usual one."""
    rest: Shape = Anything()
    """The shape of the values of unknown keys."""
    noun: str = "a table"


class MapOf(NamedTuple):
    """A table whose keys are names of the user's choice."""

    value: Shape
    what: str = "name"
    distinct: bool = True
    """Whether the names must differ in normal form."""
    noun: str = "a table"


class Choice(NamedTuple):
    """A value of one of several shapes, told apart by their TOML type."""

    shapes: tuple[Shape, ...]
    noun: str


Shape: TypeAlias = Anything | Text | Flag | Integer | ListOf | Keys | MapOf | Choice

ANYTHING = Anything()
TEXT = Text()
FLAG = Flag()
TABLE = Keys({})


class Fault(NamedTuple):
    """Something that a shape does not allow.

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
    first: Key | None = None
    """The key that a second one repeats."""
    needed: bool = False
    """Whether the table would be wrong without the entry."""


def faults(
    node: Node,
    shape: Shape,
    label: str,
    entry: Entry | None = None,
    place: tuple[Array, int] | None = None,
) -> Iterator[Fault]:
    """Compare a value with a shape; `label` is what messages call it."""
    if isinstance(shape, Anything) or _is_incomplete(node):
        return
    if isinstance(shape, Choice):
        chosen = next((one for one in shape.shapes if _fits(node, one)), None)
        if chosen is not None:
            yield from faults(node, chosen, label, entry, place)
            return
    if not _fits(node, shape):
        yield _wrong_type(node, shape, label, entry, place)
    elif isinstance(shape, Text) and isinstance(node, String):
        yield from _text_faults(node, shape, label, entry, place)
    elif isinstance(shape, ListOf) and isinstance(node, Array):
        item_label = label if label.startswith("an entry of ") else f"an entry of {label}"
        for index, item in enumerate(node.items):
            if not _is_plain(item, shape.item):
                yield from faults(item, shape.item, item_label, entry, (node, index))
    elif isinstance(shape, MapOf) and isinstance(node, Table):
        yield from _map_faults(node, shape)
    elif isinstance(shape, Keys) and isinstance(node, Table):
        yield from _key_faults(node, shape, label, entry, place)
    elif isinstance(shape, Integer) and isinstance(node, Scalar):
        number = _number(node)
        if shape.least is not None and number < shape.least:
            message = _capitalised(f"{label} must be at least {shape.least}")
            yield Fault("invalid-value", node.span, message, entry, place)
        elif shape.most is not None and number > shape.most:
            message = _capitalised(f"{label} must be at most {shape.most}")
            yield Fault("invalid-value", node.span, message, entry, place)


def described(node: Node) -> str:
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


def report(view: View, rule: Rule, fault: Fault, severity: Severity | None = None) -> Finding:
    """Return a fault as a finding with its fixes."""
    fixes: list[Fix] = []
    tree = view.manifest.tree
    if fault.text is not None and _is_of_use(view, fault.text, fault.entry):
        shown = fault.text if len(fault.text) <= 40 else f"{fault.text[:39]}…"
        edit = _writing(tree, fault, fault.text)
        if edit is not None:
            fixes.append(Fix(f"Write `{shown}`", (view.change(edit),), fault.safe))
    if fault.key is not None and fault.entry is not None:
        key = fault.entry.key
        edit = replace_key(tree, key.start, key.end, fault.key)
        fixes.append(replacement(view, fault.key, edit))
    if fault.place is not None:
        if not fault.place[0].of_tables:
            remove = view.change_by(remove_item, tree, *fault.place)
            fixes.append(Fix("Remove this entry", (remove,)))
    elif fault.entry is not None and not fault.needed and not _is_needed(view, fault.entry):
        remove = view.change_by(remove_entry, tree, fault.entry)
        fixes.append(Fix(f"Remove `{fault.entry.key.text}`", (remove,)))
    related = (Related(view.path, fault.first.span, "The first one"),) if fault.first else ()
    return rule.finding(view, fault.span, fault.message, *fixes, severity=severity, related=related)


def _writing(tree: Tree, fault: Fault, text: str) -> Edit | None:
    """Return the edit that writes a text in place of a fault's value.

    Of a table with a header that is plain only where the table around it ends with the header above.
    """
    value = fault.entry.value if fault.entry is not None else None
    if fault.entry is None or not isinstance(value, Table) or value.inline:
        return Edit(fault.span, text)
    inner = [one.value for one in value.entries.values()]
    if len(value.headers) != 1 or any(isinstance(one, Table) and not one.inline for one in inner):
        return None
    section = value.headers[0]
    above = tree.sections[tree.sections.index(section) - 1]
    names = [key.text for key in section.keys]
    if above.array or [key.text for key in above.keys] != names[:-1]:
        return None
    end = section.statements[-1].end if section.statements else section.end
    return Edit(Span(section.start, end), f"{key_text(names[-1])} = {text}")


def _is_needed(view: View, entry: Entry) -> bool:
    """Tell whether an entry is the source of a member that would have none without it."""
    name = normalise(entry.key.text)
    source = view.manifest.sources.get(name)
    return source is not None and source.entry is entry and is_needed(view, name)


def _is_of_use(view: View, text: str, entry: Entry | None) -> bool:
    """Tell whether what would be written fits the rest: groups must exist, members' names must not.

    What a table requires must come from an index, or be a member that has its source.
    """
    if entry is not None and isinstance(entry.value, Table):
        return all(_is_sourced(view, normalise(name)) for name in entry.value.entries)
    node = view.manifest.name_node
    if entry is not None and entry.value is node:
        return view.member(normalise(text.strip("\"'"))) is None
    if entry is None or entry.key.text not in ("default-groups", "include-group"):
        return True
    return normalise(text.strip('[]"')) in view.manifest.groups


def _is_sourced(view: View, name: Name) -> bool:
    """Tell whether a package can be required where it is not yet."""
    own = view.manifest.sources.get(name)
    kinds = own.kinds if own is not None else view.inherited_source(name) or ()
    return kinds == (WORKSPACE,) if view.sourced_member(name) is not None else not kinds


# --------------------------------------------------------------------------- the walk

_INTEGER = regular_expression(r"[+-]?[0-9][0-9_]*\Z|0[xob][0-9A-Fa-f_]+\Z")


def _is_plain(node: Node, shape: Shape) -> bool:
    """Tell quickly of the usual values that nothing is wrong with them; False means nothing."""
    if type(shape) is Choice:
        shape = shape.shapes[0]
    if type(shape) is Text:
        if type(node) is not String or not node.closed or shape.words:
            return False
        return shape.problem is None or shape.problem(node.value) is None
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
            return isinstance(node, String)
        case ListOf():
            return isinstance(node, Array)
        case Keys() | MapOf():
            return isinstance(node, Table)
        case Flag():
            return isinstance(node, Scalar) and node.raw in shape.words
        case Integer():
            return isinstance(node, Scalar) and _INTEGER.match(node.raw) is not None
        case Choice():
            return any(_fits(node, one) for one in shape.shapes)


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
    message = _capitalised(f"{label} must be {shape.noun}, not {described(node)}")
    text = None
    if isinstance(node, String) and isinstance(shape, ListOf) and _accepts_text(shape.item):
        text = f"[{string_text(node.value)}]"
    elif isinstance(node, String) and isinstance(shape, Flag) and node.value in ("true", "false"):
        text = node.value
    elif isinstance(node, Table) and isinstance(shape, ListOf) and _holds_requirements(shape):
        text = as_list(node)
    span = node.span
    if isinstance(node, Table) and not node.inline and entry is not None and place is None:
        span = entry.key.span
    safe = not isinstance(node, Table)
    return Fault("invalid-value", span, message, entry, place, text, safe)


def _holds_requirements(shape: ListOf) -> bool:
    item = shape.item.shapes[0] if isinstance(shape.item, Choice) else shape.item
    return isinstance(item, Text) and item.code == "invalid-requirement"


def _accepts_text(shape: Shape) -> bool:
    if isinstance(shape, Choice):
        return any(map(_accepts_text, shape.shapes))
    return isinstance(shape, Text)


def _text_faults(
    node: String, shape: Text, label: str, entry: Entry | None, place: tuple[Array, int] | None
) -> Iterator[Fault]:
    if shape.words and node.value not in shape.words:
        near = closest_word(node.value, shape.words)
        text = string_text(near) if near else None
        words = ", ".join(f"`{word}`" for word in shape.words)
        message = f"{_capitalised(label)} must be one of {words}"
        message += f". Did you mean `{near}`?" if near else ""
        yield Fault(shape.code, node.span, message, entry, place, text)
    elif shape.problem is not None and (message := shape.problem(node.value) or ""):
        text, safe = _mended(node.value, shape.problem, message)
        yield Fault(shape.code, node.span, message, entry, place, text, safe)


def _mended(
    value: str, problem: Callable[[str], str | None], message: str
) -> tuple[str | None, bool]:
    """Return what a wrong string may have meant, as TOML, and whether it surely did."""
    if problem is name_problem:
        text = _as_name(value)
        return (string_text(text) if text else None), False
    if message.endswith("or a list of groups"):
        return f"[{string_text(value)}]", True
    text = re.sub(r"(?<![<>=!~])=(?!=)", "==", value.partition(";")[0], count=1)
    text = without_carets(text)
    text += value[len(value.partition(";")[0]) :]
    return (string_text(text), True) if problem(text) is None else (None, False)


def _as_name(text: str) -> str | None:
    """Return a sound name like a wrong one."""
    name = re.sub(r"[^-_.A-Za-z0-9]+", "-", text).strip("-_.")
    return name if is_valid(name) else None


def _map_faults(table: Table, shape: MapOf) -> Iterator[Fault]:
    seen: dict[Name, Entry] = {}
    for text, entry in table.entries.items():
        if not is_valid(text):
            message = name_problem(text) or ""
            sound = _as_name(text)
            if sound is not None and normalise(sound) in map(normalise, table.entries):
                sound = None
            yield Fault("invalid-name", entry.key.span, message, entry, key=sound)
        else:
            name = normalise(text)
            if name in seen and shape.distinct:
                first = seen[name].key
                message = f"`{text}` is the same {shape.what} as `{first.text}`"
                yield Fault("duplicate-name", entry.key.span, message, entry, first=first)
            else:
                seen[name] = entry
        if _is_usual(entry, shape.value) or _is_plain(entry.value, shape.value):
            continue
        yield from faults(entry.value, shape.value, f"`{text}`", entry)


def _key_faults(
    table: Table, shape: Keys, label: str, entry: Entry | None, place: tuple[Array, int] | None
) -> Iterator[Fault]:
    for text, inner in table.entries.items():
        known = shape.keys.get(text)
        if known is not None:
            if not _is_plain(inner.value, known):
                needed = text in shape.required or text in shape.one_of
                for fault in faults(inner.value, known, f"`{text}`", inner):
                    own = needed and fault.entry is inner
                    yield fault._replace(needed=True) if own else fault
        elif shape.closed and text not in shape.elsewhere:
            yield _unknown(text, inner, shape, label)
        else:
            yield from faults(inner.value, shape.rest, f"`{text}`", inner)
    for text in shape.required:
        if text not in table.entries:
            span = entry.key.span if entry and not table.inline and not place else table.span
            message = f"{_capitalised(label)} needs `{text}`"
            yield Fault("invalid-value", span, message, entry, place)


def _unknown(text: str, entry: Entry, shape: Keys, label: str) -> Fault:
    message = f"uv refuses `{text}` in {label}"
    sound = closest_word(text.replace("_", "-"), shape.keys)
    if sound:
        message += f". Did you mean `{sound}`?"
    elif len(shape.keys) <= 6:
        message += f", which may hold {_listed(tuple(shape.keys))}"
    return Fault("unknown-key", entry.key.span, message, entry, key=sound)


def _listed(names: tuple[str, ...]) -> str:
    quoted = [f"`{name}`" for name in names]
    return " and ".join([", ".join(quoted[:-1]), quoted[-1]] if len(quoted) > 1 else quoted)


def _capitalised(label: str) -> str:
    return label[:1].upper() + label[1:]
