"""Rules about uv's settings: those of the root's `[tool.uv]`, and the `uv.toml` beside it.

The schema mirrors `OptionsWire` of uv-settings. A mistake in `pyproject.toml` makes uv warn and drop all
settings of the file; one in `uv.toml` is fatal.
"""

from __future__ import annotations

from collections.abc import Iterator

from ws_lsp.checking.findings import NO_RISK, Finding, Fix, Severity
from ws_lsp.checking.refused_settings import (
    another_uv,
    drops_settings,
    required_version,
    setting_faults,
)
from ws_lsp.checking.reported_faults import report
from ws_lsp.checking.rule import Rule, Scope, rule
from ws_lsp.checking.suggestions import (
    GUESS,
    IN_FORCE,
    MOVE,
    REMOVAL,
    TRANSLATION,
    UNCOMMENTED,
    nearest,
    replacement,
)
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.project.conflicts import conflict_sets
from ws_lsp.project.settings import dropped_settings
from ws_lsp.project.versions import NEWEST, Feature
from ws_lsp.schema.faults import Fault
from ws_lsp.schema.keys import (
    CENTRAL_ENVIRONMENTS,
    EXCLUDE_NEWER,
    EXCLUDE_NEWER_PACKAGE,
    INDEX,
    NO_CACHE,
    PACKAGE,
    PACKAGE_CONFLICTS,
    PIP,
    PREVIEW_FEATURES,
    REQUIRED_VERSION,
)
from ws_lsp.schema.shapes import (
    Key,
    Keys,
    Layer,
    ListOf,
    MapOf,
    Reader,
    Shape,
    Text,
    alternatives,
)
from ws_lsp.schema.tool_uv import INDEX_TABLE, TOOL_UV, UV_TOML
from ws_lsp.text import Span
from ws_lsp.toml.edit import remove_entry, replace_key, replace_string
from ws_lsp.toml.tree import Array, Entry, Node, Scalar, String, Table, strings

__all__ = ["RULES"]

_OLDER = "An older uv does not know the newer name"


def _report(view: View, rule: Rule, *, unknown: bool) -> Iterator[Finding]:
    in_uv_toml, table = view.scope is Scope.SETTINGS, view.manifest.settings_table
    if table is None:
        return
    settings = [*table.entries.values()]
    for fault in setting_faults(view, view.manifest):
        if (fault.code == "unknown-key") is not unknown:
            continue
        if in_uv_toml:
            yield report(view, rule, fault, Severity.ERROR)
        elif view.has_settings_file():
            return  # uv looks at the settings of this file only to name those that it ignores
        else:
            message = fault.message.replace("uv refuses", "uv does not know", 1)
            named = fault._replace(message=message)
            if unknown and fault.key != REQUIRED_VERSION and fault.entry in settings:
                # `report` offers what the rest of the workspace allows
                named = named._replace(key=None, message=message.partition(". Did you mean")[0])
            found = report(view, rule, named, consequence=_consequence(view, fault))
            yield found._replace(fixes=tuple(fix.as_unsafe(IN_FORCE) for fix in found.fixes))


def _consequence(view: View, fault: Fault) -> str:
    """Say of a fault which settings uv drops because of it."""
    dropped = [
        f"`{entry.key.text}`"
        for entry in dropped_settings(view.manifest)
        if entry is not fault.entry and _is_setting(entry)
    ]
    if not dropped:
        return "uv warns about it at every command"
    return f"uv warns about it and, because of it, ignores {', '.join(dropped)}"


@rule(
    "unknown-setting",
    Severity.WARNING,
    Scope.ROOT,
    Scope.SETTINGS,
    risks=(NO_RISK, GUESS, MOVE, REMOVAL),
)
def unknown_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting that uv does not know.

    In the root's `[tool.uv]` one unknown key makes uv warn at every command and drop *all* settings of
    the file, such as `index`, `exclude-newer` or `python-preference`. In a `uv.toml` it is an error, as
    are keys that belong in `pyproject.toml` only (`sources`, `workspace`, `conflicts`, …). A member's
    settings are never read, so nothing is reported there.

    ```toml
    [tool.uv]
    exclude-never = "2026-01-01"  # meant: exclude-newer
    ```

    Correct the key or remove it. Settings of other tools have tables of their own.
    """
    yield from _report(view, rule, unknown=True)


@rule(
    "invalid-setting",
    Severity.WARNING,
    Scope.ROOT,
    Scope.SETTINGS,
    risks=(NO_RISK, IN_FORCE, GUESS, TRANSLATION, UNCOMMENTED, MOVE, REMOVAL),
)
def invalid_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting has a value that uv refuses.

    In the root's `[tool.uv]` one such value makes uv warn at every command and drop *all* settings of the
    file. In a `uv.toml` it is an error.

    ```toml
    [tool.uv]
    resolution = "newest"  # one of highest, lowest, lowest-direct
    ```

    Write one of the values that the message names.
    """
    yield from _report(view, rule, unknown=False)


@rule("masked-settings", Severity.WARNING, Scope.ROOT, risks=(REMOVAL,))
def masked_settings(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting in `[tool.uv]` has no effect, because a `uv.toml` stands beside the file.

    uv takes its settings from one file per directory, and prefers `uv.toml`. `workspace`, `sources`,
    `constraint-dependencies` and whatever else describes the project are still read from here; an
    `[[tool.uv.index]]` serves the sources that name it and nothing else. Of that and of constraints,
    overrides and exclusions uv says, too, that it ignores them.

    ```toml
    # uv.toml exists
    [tool.uv]
    resolution = "lowest"  # has no effect
    ```

    Move the setting to `uv.toml`, or remove it.
    """
    if view.manifest.uv is None:
        return
    dropped = dropped_settings(view.manifest)
    masked = [entry for entry in view.manifest.uv.entries.values() if _is_masked(entry)]
    if (
        not masked
        or not view.has_settings_file()
        or any(True for _ in setting_faults(view, view.manifest))
    ):
        return
    for entry in masked:
        name = entry.key.text
        sources = view.manifest.sources.values() if name == INDEX else ()
        read = entry not in dropped and name != REQUIRED_VERSION
        if read or any(kind == INDEX for one in sources for kind in one.kinds):
            if not drops_settings(view, view.manifest):
                message = f"uv says that it ignores `{name}` for the `uv.toml` beside this file, and still reads it"
                yield rule.finding(view, entry.key.span, message)
            continue
        remove = view.change_by(remove_entry, view.manifest.tree, entry)
        yield rule.finding(
            view,
            entry.key.span,
            f"`{name}` has no effect: the settings come from the `uv.toml` beside this file",
            Fix(f"Remove `{name}`", (remove,), risk=REMOVAL),
            unnecessary=True,
        )


@rule("deprecated-setting", Severity.WARNING, Scope.ROOT, Scope.SETTINGS, risks=(_OLDER,))
def deprecated_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting, or the value of a setting, is deprecated.

    uv still reads the setting, and warns about it at every command.

    ```toml
    [tool.uv]
    native-tls = true  # the newer name is system-certs
    prerelease = "if-necessary-or-explicit"  # the newer name is if-necessary
    ```

    Write what the message names.
    """
    for entry, key in _written(view):
        table = view.manifest.settings_table
        if (
            key.deprecated
            and table is not None
            and key.deprecated not in table.entries
            and view.uv_has(Feature.WARNS_OF_OLD_SETTINGS)
        ):
            message = f"`{entry.key.text}` is deprecated. Use `{key.deprecated}`"
            start, end = entry.key.start, entry.key.end
            edit = replace_key(view.manifest.tree, start, end, key.deprecated)
            fix = replacement(view, key.deprecated, edit)._replace(risk=_OLDER)
            yield rule.finding(view, entry.key.span, message, fix)
        for node, new in _deprecated_words(entry.value, key.shape):
            if view.uv_has(Feature.WARNS_OF_OLD_WORDS):
                message = f"`{node.value}` is deprecated. Use `{new}`"
                fix = replacement(view, new, replace_string(node, new))
                fix = fix._replace(risk=_OLDER)
                yield rule.finding(view, node.span, message, fix)


def _deprecated_words(node: Node, shape: Shape) -> Iterator[tuple[String, str]]:
    """Yield the deprecated words of a value, or of a table by package, and what takes their place."""
    if isinstance(shape, Text) and isinstance(node, String):
        if node.value == shape.deprecated[0] != "":
            yield node, shape.deprecated[1]
    elif isinstance(shape, MapOf) and isinstance(shape.value, Text) and isinstance(node, Table):
        for entry in node.entries.values():
            yield from _deprecated_words(entry.value, shape.value)


@rule("unknown-preview-feature", Severity.WARNING, Scope.ROOT, Scope.SETTINGS, risks=(GUESS,))
def unknown_preview_feature(view: View, rule: Rule) -> Iterator[Finding]:
    """An entry of `preview-features` is no preview feature of uv.

    uv warns about it at every command, and the feature that was meant stays off.

    ```toml
    [tool.uv]
    preview-features = ["package-conflict"]  # meant: package-conflicts
    ```

    Correct the name, or remove the entry.
    """
    for entry, key in _written(view):
        if entry.key.text != PREVIEW_FEATURES or view.uv_version() > NEWEST:
            continue
        for shape in alternatives(key.shape):
            item = shape.item if isinstance(shape, ListOf) else None
            known = (*item.suggested, *item.aliases) if isinstance(item, Text) else ()
            for node in strings(entry.value) if known else ():
                text = node.value.strip()
                if text and text not in known:
                    question, fixes = nearest(view, node, known)
                    message = f"uv does not know the preview feature `{text}`{question}"
                    yield rule.finding(view, node.span, message, *fixes)


@rule("ineffective-preview-feature", Severity.WARNING, Scope.ROOT, Scope.SETTINGS)
def ineffective_preview_feature(view: View, rule: Rule) -> Iterator[Finding]:
    """`no-cache` takes the effect from a preview feature that needs the cache.

    `centralized-project-envs`, which `preview = true` turns on as well, keeps the environments of projects
    in the cache. With `no-cache = true` it has no effect, and uv warns at every command.

    ```toml
    [tool.uv]
    no-cache = true
    preview-features = ["centralized-project-envs"]
    ```

    Remove one of both settings.
    """
    for entry, _ in _written(view):
        if entry.key.text != NO_CACHE or not isinstance(entry.value, Scalar):
            continue
        if (
            entry.value.is_true
            and view.uv_has(Feature.CENTRAL_ENVIRONMENTS)
            and view.has_preview(CENTRAL_ENVIRONMENTS)
        ):
            message = (
                f"With `{NO_CACHE}`, `{CENTRAL_ENVIRONMENTS}` has no effect: uv warns about it"
            )
            yield rule.finding(view, entry.key.span, message)


@rule("experimental-setting", Severity.WARNING, Scope.ROOT, Scope.MEMBER, Scope.SETTINGS)
def experimental_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting is experimental, and its preview feature is off.

    uv reads the setting, and warns about it at every command. The same holds of `conflicts` between
    whole packages, and of what an `[[tool.uv.index]]` says of dates and hashes, where a source takes a
    package from there. Of `audit.malware-check` uv warns at a sync.

    ```toml
    [tool.uv]
    minimum-libc-version = { glibc = "2.31" }
    ```

    Add the feature that the message names to `preview-features`, which ends the warning.
    """
    for entry, key in _written(view) if view.scope is not Scope.MEMBER else ():
        for one, its in _with_inner(entry, key):
            off = isinstance(one.value, Scalar) and one.value.raw == "false"
            if its.experimental and not off and view.uv_version() >= its.since:
                subject = f"`{one.key.text}`"
                yield from _experimental(view, rule, one.key.span, subject, its.experimental)
    for one, its in _of_used_indexes(view):
        if its.experimental and view.uv_version() >= its.since:
            subject = f"`{one.key.text}` of an index"
            yield from _experimental(view, rule, one.key.span, subject, its.experimental)
    for array, _ in conflict_sets(view.manifest.uv, None):
        for item in array.items:
            if isinstance(item, Table) and [*item.entries] == [PACKAGE]:
                span = item.entries[PACKAGE].key.span
                subject = "A conflict between packages"
                yield from _experimental(view, rule, span, subject, PACKAGE_CONFLICTS)
                return  # uv warns once


def _with_inner(entry: Entry, key: Key) -> Iterator[tuple[Entry, Key]]:
    """Yield a setting, and those in its table where it is one: not those of `uv pip`, which locks nothing."""
    yield entry, key
    if entry.key.text != PIP and isinstance(key.shape, Keys) and isinstance(entry.value, Table):
        for text, one in entry.value.entries.items():
            inner = key.shape.find(text)
            if inner is not None:
                yield from _with_inner(one, inner)


def _of_used_indexes(view: View) -> Iterator[tuple[Entry, Key]]:
    """Yield what the file says of the indexes from which its sources take packages that are required.

    What uv takes from others, their contents decide.
    """
    table = view.manifest.settings_table
    if table is None or view.manifest.is_settings:
        return
    own, taken = table.get(EXCLUDE_NEWER_PACKAGE), _taken_from_indexes(view)
    settled = {normalise(text) for text in own.entries} if isinstance(own, Table) else set()
    indexes = table.get(INDEX) if taken else None
    for item in indexes.items if isinstance(indexes, Array) else ():
        if not isinstance(item, Table):
            continue
        named = item.get("name")
        packages = taken.get(named.value, set()) if isinstance(named, String) else set()
        for text, entry in item.entries.items() if packages else ():
            key = INDEX_TABLE.keys.get(text)
            if key is not None and _concerns(entry, packages, settled):
                yield entry, key


def _taken_from_indexes(view: View) -> dict[str, set[Name]]:
    """Return the packages that are required and that sources of the file take from an index, by its name."""
    is_root, required = view.scope is Scope.ROOT, view.manifest.required
    taken: dict[str, set[Name]] = {}
    for source in view.manifest.special_sources:
        names = [one.table.get(INDEX) for one in source.entries if one.kind == INDEX]
        if names and (view.is_required(source.name) if is_root else source.name in required):
            for name in names:
                if isinstance(name, String):
                    taken.setdefault(name.value, set()).add(source.name)
    return taken


def _concerns(entry: Entry, packages: set[Name], settled: set[Name]) -> bool:
    """Tell whether a setting of an index has to do with packages; of some the settings say the date."""
    text = entry.key.text
    if text == EXCLUDE_NEWER_PACKAGE:
        listed = entry.value.entries if isinstance(entry.value, Table) else ()
        if packages.isdisjoint(map(normalise, listed)):
            return False
    return not text.startswith(EXCLUDE_NEWER) or not packages <= settled


def _experimental(
    view: View, rule: Rule, span: Span, subject: str, feature: str
) -> Iterator[Finding]:
    # of a root whose settings are dropped, the features are, too
    own = view.scope is Scope.ROOT and not view.has_settings_file()
    dropped = own and drops_settings(view, view.manifest)
    if dropped or view.has_preview(feature) is False:
        advice = f"Add `{feature}` to `preview-features`"
        yield rule.finding(view, span, f"{subject} is experimental: uv warns about it. {advice}")


def _written(view: View) -> Iterator[tuple[Entry, Key]]:
    """Yield the settings of the file that count, with what the schema says of them."""
    table = view.manifest.settings_table
    if table is None:
        return
    in_uv_toml = view.manifest.is_settings
    known = UV_TOML.keys if in_uv_toml else TOOL_UV.keys
    ignored = not in_uv_toml and (view.has_settings_file() or drops_settings(view, view.manifest))
    for text, entry in table.entries.items():
        key = known.get(text)
        if key is not None and (key.kept or not ignored):
            yield entry, key


def _is_setting(entry: Entry) -> bool:
    key = TOOL_UV.keys.get(entry.key.text)
    return key is not None and Layer.SETTINGS in key.layers


def _is_masked(entry: Entry) -> bool:
    key = TOOL_UV.keys.get(entry.key.text)
    return key is not None and Reader.UV_TOML in key.readers and not key.masked_silently


@rule("required-uv-version", Severity.ERROR, Scope.ROOT, Scope.SETTINGS)
def required_uv_version(view: View, rule: Rule) -> Iterator[Finding]:
    """The installed uv is not one that `required-version` asks for.

    uv then refuses every command. The setting of a `uv.toml` beside the root's manifest counts, or else that
    of the root; not both.
    Versions before 0.11.7 do not see it where they drop the settings of the file because of a mistake.

    ```toml
    [tool.uv]
    required-version = "<0.10"  # uv 0.13.9 is installed
    ```

    Install another uv, or widen the range.
    """
    if view.scope is Scope.ROOT and view.has_settings_file():
        return
    problem = another_uv(view, view.manifest)
    node = required_version(view.manifest)
    if problem is not None and node is not None:
        yield rule.finding(view, node.span, f"{problem}: uv refuses every command")


RULES = (
    unknown_setting,
    invalid_setting,
    masked_settings,
    deprecated_setting,
    unknown_preview_feature,
    ineffective_preview_feature,
    experimental_setting,
    required_uv_version,
)
