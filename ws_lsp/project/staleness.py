"""Whether `uv.lock` is still what `uv lock` would write, as `uv lock --check` finds it. Pure.

uv compares what every member declares with what the lock file says that it declared (uv-resolver,
`Lock::satisfies`): names in normal form, specifiers and markers by what they mean. A difference is
reported where it is certain; what the files do not decide (dynamic metadata, sources for one extra or
one environment, settings from elsewhere) is no difference here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum, auto

from ws_lsp.grammar.markers import differ
from ws_lsp.grammar.names import Name, normalise
from ws_lsp.grammar.requirement import bounds_differ, specifiers_differ
from ws_lsp.project.comparison import (
    Comparison,
    InheritedSources,
    Locked,
    Mismatch,
    key_span,
    top_span,
)
from ws_lsp.project.conflicts import Context, conflict_sets
from ws_lsp.project.declarations import WORKSPACE_PATH
from ws_lsp.project.lockfile import LockedPackage, Lockfile
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.settings import dropped_settings
from ws_lsp.schema.keys import (
    CONSTRAINTS,
    DEFAULT_GROUPS,
    DEFAULT_PACKAGES,
    ENVIRONMENTS,
    EXCLUDE_NEWER,
    OVERRIDES,
    REQUIRED_ENVIRONMENTS,
)
from ws_lsp.schema.shapes import ListOf, Text, alternatives
from ws_lsp.schema.tool_uv import TOOL_UV
from ws_lsp.text import Span
from ws_lsp.toml.tree import String, strings

__all__ = [
    "Declared",
    "conflict_mismatches",
    "default_group_mismatches",
    "member_mismatches",
    "root_mismatches",
]


# ------------------------------------------------------------------------- a member


class Declared(Enum):
    """What a lock file shows of what a member declares."""

    WHOLLY = auto()
    BY_NAME = auto()
    """Its metadata is left out: the names of extras and groups, and what dependencies were resolved to."""
    NOT_AT_ALL = auto()


def member_mismatches(
    manifest: Manifest,
    locked: Locked,
    sources: InheritedSources,
    kind: str,
    directory: str,
    declared: Declared = Declared.WHOLLY,
) -> Iterator[Mismatch]:
    """Yield where a member's manifest differs from what the lock file says of it.

    `kind` is the kind of its source that uv would write now, `directory` its directory from the root,
    `declared` what can be compared.
    """
    package = locked.package
    top = top_span(manifest)
    if package is None:
        yield Mismatch(top, f"it does not have the member `{manifest.name}`")
        return
    if package.source.value != directory:
        yield Mismatch(top, f"it has `{manifest.name}` in `{package.source.value}`")
    elif package.source.kind != kind:
        yield Mismatch(top, f"{_KINDS[package.source.kind]}, and it is {_NOW[kind]} now")
    yield from _version_mismatch(manifest, package)
    if declared is Declared.NOT_AT_ALL:
        return
    by_name = declared is Declared.BY_NAME
    comparison = Comparison(manifest, locked, sources)
    if "optional-dependencies" not in manifest.dynamic:
        extras = set(package.optional_dependencies if by_name else package.provides_extras)
        for name, entry in manifest.extras.items():
            if name not in extras:
                yield Mismatch(entry.key.span, f"it does not have the extra `{name}`")
        for name in sorted(extras - manifest.extras.keys()):
            yield Mismatch(
                key_span(manifest, ("project", "optional-dependencies")) or top,
                f"it still has the extra `{name}`",
            )
    if not manifest.has_hidden_requirements:
        yield from comparison.of_resolved(package) if by_name else comparison.of_project(package)
    if by_name:
        yield from comparison.of_group_names(package.dev_dependencies)
    else:
        yield from comparison.of_groups(package.requires_dev)


_KINDS = {
    "editable": "it has the project as an editable package",
    "directory": "it has the project as a package that is not editable",
    "virtual": "it has the project as one that is not installed",
}
_NOW = {
    "editable": "an editable package",
    "directory": "a package that is not editable",
    "virtual": "not installed",
}


def _version_mismatch(manifest: Manifest, package: LockedPackage) -> Iterator[Mismatch]:
    node = manifest.tree.root.get("project", "version")
    if not isinstance(node, String) or "version" in manifest.dynamic:
        return
    if package.version is None:
        yield Mismatch(node.span, f"it has `{manifest.name}` with a dynamic version")
    elif specifiers_differ(f"=={node.value}", f"=={package.version}"):
        yield Mismatch(node.span, f"it has `{manifest.name}` at {package.version}")


# ------------------------------------------------------------------------- the root


def root_mismatches(
    manifest: Manifest,
    settings: Manifest | None,
    lockfile: Lockfile,
    members: Iterable[Name],
    pythons: frozenset[str],
    sources: InheritedSources,
    default_groups: bool,
    inputs: bool,
    all_inputs: bool,
) -> Iterator[Mismatch]:
    """Yield where the root differs from the lock file in what it decides for the whole workspace.

    `settings` is the `uv.toml` beside it, `members` are the names of all members, `pythons` every
    `requires-python`. `default_groups` and `inputs` tell whether uv compares those: the default groups,
    and the constraints and overrides; `all_inputs` whether also new ones of packages that are not in it.
    """
    top = key_span(manifest, (*WORKSPACE_PATH, "members")) or top_span(manifest)
    for name in sorted(lockfile.members - set(members)):
        yield Mismatch(top, f"it still has the member `{name}`")
    locked = Locked(None, lockfile.requires_python, lockfile.supported_markers)
    now = ",".join(sorted(pythons))
    if pythons and bounds_differ(now, lockfile.requires_python):
        node = manifest.requires_python_node
        reason = f"it is for Python `{lockfile.requires_python}`, and the members are for `{now}`"
        yield Mismatch(node.span if node is not None else top, reason)
    comparison = Comparison(manifest, locked, sources)
    for key, listed in _LISTS.items():
        if not inputs and key in _INPUTS:
            continue
        if settings is None or key not in settings.tree.root.entries:
            entry = manifest.tree.root.entry("tool", "uv", key)
            place = entry.key.span if entry else key_span(manifest, ("tool", "uv")) or top
            value = entry.value if entry else None
            held = None if all_inputs or key not in _INPUTS else lockfile.names
            yield from comparison.of_list(value, place, lockfile.requirements(listed), held)
    for key, markers in (
        (ENVIRONMENTS, lockfile.supported_markers),
        (REQUIRED_ENVIRONMENTS, lockfile.required_markers),
    ):
        yield from _environments(manifest, key, markers, lockfile.requires_python, top)
    yield from _options(manifest, settings, lockfile)
    if manifest.project is None:
        yield from comparison.of_groups(lockfile.dependency_groups, ignore_empty=True)
        if default_groups:
            written = lockfile.manifest.get(DEFAULT_GROUPS)
            yield from default_group_mismatches(manifest, written)


_LISTS = {
    text: key.locked
    for text, key in TOOL_UV.keys.items()
    if key.locked and any(isinstance(one, ListOf) for one in alternatives(key.shape))
}
"""The lists of requirements that the lock file records, and what it calls them."""
_INPUTS = (CONSTRAINTS, OVERRIDES)
"""What is left out of the lock file with the preview feature `resolution-inputs`."""


def default_group_mismatches(manifest: Manifest, written: object) -> Iterator[Mismatch]:
    """Compare `tool.uv.default-groups` with what stands in the lock file: None, `"all"` or a list."""
    entry = manifest.tree.root.entry("tool", "uv", DEFAULT_GROUPS)
    now: object = {"dev"}
    if entry is not None:
        now = (
            entry.value.value
            if isinstance(entry.value, String)
            else {normalise(node.value) for node in strings(entry.value)}
        )
    before = {"dev"} if written is None else written
    if isinstance(before, (list, tuple)):
        before = {normalise(str(name)) for name in before}
    if now != before:
        shown = (
            '`"all"`'
            if before == "all"
            else ", ".join(f"`{name}`" for name in sorted(before))
            if isinstance(before, set)
            else ""
        )
        place = (
            entry.key.span if entry else key_span(manifest, ("tool", "uv")) or top_span(manifest)
        )
        yield Mismatch(place, f"it was made with the default groups {shown or '`[]`'}")


def conflict_mismatches(
    manifest: Manifest, conflicts: frozenset[frozenset[tuple[str, str, str]]]
) -> Iterator[Mismatch]:
    """Yield the sets of `tool.uv.conflicts` that the lock file does not have."""
    for array, entries in conflict_sets(manifest.uv, manifest.name):
        if len(entries) < len(array.items) or any(one.package is None for one in entries):
            return  # uv refuses the file
        items = frozenset(map(_in_lockfile, entries))
        if len(items) > 1 and items not in conflicts:
            yield Mismatch(array.span, "it does not have this conflict")


def _in_lockfile(entry: Context) -> tuple[str, str, str]:
    """Return an entry as `Lockfile.conflicts` has it."""
    kind = "extra" if entry.extra else "group" if entry.group else ""
    return entry.package or "", kind, entry.extra or entry.group or ""


def _environments(
    manifest: Manifest, key: str, locked: tuple[str, ...], requires_python: str, top: Span
) -> Iterator[Mismatch]:
    entry = manifest.tree.root.entry("tool", "uv", key)
    texts = tuple(node.value for node in strings(entry.value if entry else None))
    if entry is not None and isinstance(entry.value, String):
        texts = (entry.value.value,)
    written = " or ".join(f"({text})" for text in texts)
    before = " or ".join(f"({text})" for text in locked)
    if bool(texts) != bool(locked) or (texts and differ(written, before, requires_python)):
        place = entry.key.span if entry else key_span(manifest, ("tool", "uv")) or top
        reason = f"it was made for `{before}`" if locked else "it was made for every environment"
        yield Mismatch(place, reason)


_OPTIONS = {text: key for text, key in TOOL_UV.keys.items() if key.locked and key.unlocked}
"""The settings with a few words that the lock file records."""


def _options(
    manifest: Manifest, settings: Manifest | None, lockfile: Lockfile
) -> Iterator[Mismatch]:
    """Compare the settings that a resolution depends on, where `pyproject.toml` itself has them."""
    table = manifest.uv
    if table is None or settings is not None:
        return
    if DEFAULT_PACKAGES in table.entries and dropped_settings(manifest):
        return
    for key, setting in _OPTIONS.items():
        entry = table.entries.get(key)
        if entry is None or not isinstance(entry.value, String):
            continue
        before = lockfile.options.get(setting.locked)
        now = entry.value.value
        shape = setting.shape
        known = (
            isinstance(shape, Text) and now in shape.words
        )  # uv drops a word that it does not know
        if known and before != now and (before is not None or now not in setting.unlocked):
            reason = f"it was made with `{before}`" if before else f"it was made without `{key}`"
            yield Mismatch(entry.value.span, reason)
    newer = TOOL_UV.keys[EXCLUDE_NEWER]
    entry = table.entries.get(EXCLUDE_NEWER)
    if entry is None or not isinstance(entry.value, String):
        return
    before, span = lockfile.options.get(newer.locked), lockfile.options.get("exclude-newer-span")
    if before is None:
        yield Mismatch(entry.value.span, "it was made without `exclude-newer`")
    elif span is None and _days_apart(entry.value.value, str(before)) > 2:
        # a day alone ends at another moment in each time zone
        yield Mismatch(entry.value.span, f"it was made with `{before}`")


def _days_apart(first: str, second: str) -> int:
    """Return how many days lie between two timestamps, 0 where one is none."""
    from datetime import date  # here: importing it takes 4 ms, and few locks have such an option

    try:
        return abs((date.fromisoformat(first[:10]) - date.fromisoformat(second[:10])).days)
    except ValueError:
        return 0
