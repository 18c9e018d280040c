"""Whether `uv.lock` is still what `uv lock` would write, as `uv lock --check` finds it. Pure.

uv compares what every member declares with what the lock file says that it declared (uv-resolver,
`Lock::satisfies`): names in normal form, specifiers and markers by what they mean. A difference is
reported where it is certain; what the files do not decide (dynamic metadata, sources for one extra or
one environment, settings from elsewhere) is no difference here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from enum import Enum, auto
from itertools import chain
from typing import TYPE_CHECKING

from ws_lsp.grammar.markers import differ
from ws_lsp.grammar.names import Name, normalise, some_of
from ws_lsp.grammar.requirement import bounds_differ, specifiers_differ
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.comparison import (
    Comparison,
    Locked,
    Mismatch,
    Surroundings,
    key_span,
    may_be_same,
    top_span,
)
from ws_lsp.project.conflicts import Context, conflict_sets
from ws_lsp.project.declarations import WORKSPACE_PATH
from ws_lsp.project.direct import Index
from ws_lsp.project.lock_settings import VARIABLES_OF_INDEXES, WORDS
from ws_lsp.project.lockfile import Exclusion, LockedPackage, Lockfile
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.origins import index_place
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import (
    CONSTRAINTS,
    DEFAULT_GROUPS,
    DEPENDENCY_METADATA,
    ENVIRONMENTS,
    EXCLUDE_NEWER,
    EXCLUDE_NEWER_PACKAGE,
    EXCLUSIONS,
    EXTRA_INDEX_URL,
    FIND_LINKS,
    INDEX,
    INDEX_URL,
    MINIMUM_LIBC,
    NO_INDEX,
    OVERRIDES,
    PACKAGE,
    PRERELEASE_PACKAGE,
    REQUIRED_ENVIRONMENTS,
)
from ws_lsp.schema.shapes import ListOf, Text, alternatives
from ws_lsp.schema.tool_uv import TOOL_UV
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array, Node, Scalar, String, Table, strings
from ws_lsp.vfs import is_absolute

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "Declared",
    "Settings",
    "conflict_mismatches",
    "default_group_mismatches",
    "group_python_mismatches",
    "index_mismatches",
    "member_mismatches",
    "project_mismatches",
    "root_mismatches",
    "setting_mismatches",
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
    sources: Surroundings,
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
    extras = package.optional_dependencies if by_name else package.provides_extras
    if by_name or locked.has_extras:
        yield from _extra_mismatches(manifest, frozenset(extras))
    if not manifest.has_hidden_requirements:
        yield from comparison.of_resolved(package) if by_name else comparison.of_project(package)
    if by_name:
        yield from comparison.of_group_names(package.dev_dependencies)
    else:
        yield from comparison.of_groups(package.requires_dev)


def _extra_mismatches(manifest: Manifest, extras: frozenset[Name]) -> Iterator[Mismatch]:
    if "optional-dependencies" in manifest.dynamic:
        return
    for name, entry in manifest.extras.items():
        if name not in extras:
            yield Mismatch(entry.key.span, f"it does not have the extra `{name}`")
    place = key_span(manifest, ("project", "optional-dependencies")) or top_span(manifest)
    for name in sorted(extras - manifest.extras.keys()):
        yield Mismatch(place, f"it still has the extra `{name}`")


def project_mismatches(
    manifest: Manifest, locked: Locked, surroundings: Surroundings, declared: Declared
) -> Iterator[Mismatch]:
    """Yield where a project that a path leads to differs from what the lock file says of it.

    Its groups are there with what it declares, and never resolved.
    """
    package = locked.package
    if package is None or manifest.project is None:
        return
    yield from _version_mismatch(manifest, package)
    if declared is Declared.NOT_AT_ALL:
        return
    comparison = Comparison(manifest, locked, surroundings)
    if declared is Declared.BY_NAME:
        if not manifest.has_hidden_requirements:
            yield from comparison.of_resolved(package)
        return
    if locked.has_extras:
        yield from _extra_mismatches(manifest, frozenset(package.provides_extras))
    if not manifest.has_hidden_requirements:
        yield from comparison.of_project(package)
    yield from comparison.of_groups(package.requires_dev)


def group_python_mismatches(
    manifest: Manifest, locked: Locked, surroundings: Surroundings, before: Mapping[Name, str]
) -> Iterator[Mismatch]:
    """Yield the groups that are for other versions of Python than the lock file has them for."""
    yield from Comparison(manifest, locked, surroundings).of_group_pythons(before)


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
    if "version" in manifest.dynamic:
        if package.version is not None and node is None:
            place = key_span(manifest, ("project", "dynamic")) or top_span(manifest)
            reason = (
                f"it has `{manifest.name}` at {package.version}, and the version is dynamic now"
            )
            yield Mismatch(place, reason)
        return
    if not isinstance(node, String):
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
    sources: Surroundings,
    default_groups: bool,
    inputs: bool,
    all_inputs: bool,
) -> Iterator[Mismatch]:
    """Yield where the root differs from the lock file in what it decides for the whole workspace.

    `settings` is the `uv.toml` beside it, `members` are the names of all members, `pythons` every
    `requires-python`. `default_groups` and `inputs` tell whether uv compares those: the default groups,
    and the constraints, overrides and exclusions; `all_inputs` whether also new ones of packages that are not in it.
    """
    top = key_span(manifest, (*WORKSPACE_PATH, "members")) or top_span(manifest)
    gone = sorted(lockfile.members - set(members))
    if gone:
        words = "member" if len(gone) == 1 else "members"
        yield Mismatch(top, f"it still has the {words} {some_of(gone)}")
    locked = Locked(None, lockfile.requires_python, lockfile.supported_markers)
    now = ",".join(sorted(pythons))
    if pythons and bounds_differ(now, lockfile.requires_python):
        node = manifest.requires_python_node
        reason = f"it is for Python `{lockfile.requires_python}`, and the members are for `{now}`"
        yield Mismatch(node.span if node is not None else top, reason)
    comparison = Comparison(manifest, locked, sources)
    elsewhere = frozenset(settings.tree.root.entries if settings is not None else ())
    left_out = elsewhere if inputs else elsewhere | _INPUTS
    for key in (one for one in _LISTS if one not in left_out):
        held = None if all_inputs or key not in _INPUTS else lockfile.names
        yield from _requirements(manifest, comparison, lockfile, key, held, top)
    for key, markers in (
        (ENVIRONMENTS, lockfile.supported_markers),
        (REQUIRED_ENVIRONMENTS, lockfile.required_markers),
    ):
        yield from _environments(manifest, key, markers, lockfile.requires_python, top)
    if inputs and EXCLUSIONS not in elsewhere:
        yield from _exclusions(manifest, lockfile, None if all_inputs else lockfile.names, top)
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
_INPUTS = frozenset({CONSTRAINTS, OVERRIDES})
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


def _requirements(
    manifest: Manifest,
    comparison: Comparison,
    lockfile: Lockfile,
    key: str,
    held: Collection[Name] | None,
    top: Span,
) -> Iterator[Mismatch]:
    """Compare a list of requirements; with `held`, new ones of other packages make no difference."""
    entry = manifest.tree.root.entry("tool", "uv", key)
    place = entry.key.span if entry else key_span(manifest, ("tool", "uv")) or top
    value = entry.value if entry else None
    yield from comparison.of_list(value, place, lockfile.requirements(_LISTS[key]), held)


def _exclusions(
    manifest: Manifest, lockfile: Lockfile, held: Collection[Name] | None, top: Span
) -> Iterator[Mismatch]:
    """Compare `exclude-dependencies`; with `held`, new ones of other packages make no difference."""
    entry = manifest.tree.root.entry("tool", "uv", EXCLUSIONS)
    now: dict[Exclusion, Node] = {}
    for item in entry.value.items if entry is not None and isinstance(entry.value, Array) else ():
        if isinstance(item, String):
            now[Exclusion(normalise(item.value))] = item
            continue
        package = item.table(PACKAGE) if isinstance(item, Table) else None
        name, version = (package.get(key) if package else None for key in ("name", "version"))
        if not isinstance(item, Table) or not isinstance(name, String) or version is not None:
            return
        names = frozenset(normalise(one.value) for one in strings(item.get("dependencies")))
        now[Exclusion(normalise(name.value), "", names)] = item
    before = lockfile.exclusions
    place = entry.key.span if entry else key_span(manifest, ("tool", "uv")) or top
    for exclusion, node in now.items():
        if exclusion not in before and (held is None or exclusion.name in held):
            yield Mismatch(node.span, "it was made without this exclusion")
    for exclusion in sorted(before - now.keys(), key=str):
        if exclusion.version:
            return
        yield Mismatch(place, f"it was made with `{exclusion.name}` excluded")


class Settings(NamedTuple):
    """The settings that uv takes for a workspace."""

    taken: Manifest | None
    """The file that they are in: the root's manifest, a `uv.toml`, one above; None where there are none."""
    overridden: frozenset[str] = frozenset()
    """Those that variables decide."""
    settled: bool = True
    """Whether no others may count, such as a person's: then what is missing is not set."""


def setting_mismatches(
    manifest: Manifest, settings: Settings, lockfile: Lockfile
) -> Iterator[tuple[str, Mismatch]]:
    """Yield where settings differ from those that the lock file was made with, and the keys of them.

    `manifest` is the root's; the places are in it.
    """
    table = settings.taken.settings_table if settings.taken is not None else None

    def place_of(key: str) -> Span:
        entry = table.entries.get(key) if table is not None else None
        if settings.taken is manifest and entry is not None:
            return entry.value.span
        return key_span(manifest, ("tool", "uv")) or top_span(manifest)

    for key, compare in _COMPARED.items():
        if key in settings.overridden:
            continue
        node = table.get(key) if table is not None else None
        if node is not None or settings.settled:
            for reason in compare(key, node, lockfile, settings.settled):
                yield key, Mismatch(place_of(key), reason)
    node = manifest.tree.root.get("tool", "uv", MINIMUM_LIBC)
    now, before = _libc(node), lockfile.options.get(MINIMUM_LIBC)
    if (node is None or now is not None) and now != _written_libc(before):
        entry = manifest.tree.root.entry("tool", "uv", MINIMUM_LIBC)
        place = entry.value.span if entry else key_span(manifest, ("tool", "uv"))
        with_or_without = "with another" if before is not None else "without"
        reason = f"it was made {with_or_without} `{MINIMUM_LIBC}`"
        yield MINIMUM_LIBC, Mismatch(place or top_span(manifest), reason)


def _word(key: str, node: Node | None, lockfile: Lockfile, settled: bool) -> Iterator[str]:
    """Compare a setting of a few words."""
    setting = TOOL_UV.keys[key]
    before = lockfile.options.get(setting.locked)
    if node is None:
        if before is not None and before not in setting.unlocked:
            yield f"it was made with `{before}`"
        return
    shape = setting.shape
    # uv drops a word that it does not know
    if not (isinstance(node, String) and isinstance(shape, Text) and node.value in shape.words):
        return
    now = node.value
    if before != now and (before is not None or now not in setting.unlocked):
        yield f"it was made with `{before}`" if before else f"it was made without `{key}`"


def _newer(key: str, node: Node | None, lockfile: Lockfile, settled: bool) -> Iterator[str]:
    """Compare `exclude-newer`."""
    before, span = lockfile.options.get(key), lockfile.options.get("exclude-newer-span")
    if node is None or (isinstance(node, Scalar) and node.raw == "false"):
        if before is not None and (settled or node is not None):
            yield f"it was made with `{span or before}`"
    elif isinstance(node, String):
        yield from _moment(node.value, span or before, key)


def _newer_by_package(
    key: str, node: Node | None, lockfile: Lockfile, settled: bool
) -> Iterator[str]:
    """Compare `exclude-newer-package`: packages that are not in the lock file make no difference."""
    listed = lockfile.options.get(key)
    before = _by_name(listed) if isinstance(listed, dict) else {}
    now = _nodes(node)
    for name, value in now.items():
        if isinstance(value, String) and (name in before or name in lockfile.names):
            was = before.get(name)
            if isinstance(was, dict):
                was = was.get("span") or was.get("timestamp")
            yield from _moment(value.value, was, f"{key}` for `{name}")
    for name in sorted(before.keys() - now.keys() if settled else ()):
        yield f"it was made with `{key}` for `{name}`"


def _moment(now: str, before: object, key: str) -> Iterator[str]:
    """Compare a moment; a later one than before makes no difference."""
    if before is None or before is False:
        yield f"it was made without `{key}`"
        return
    to_date, from_date = _date(now), _date(str(before))
    if to_date is None and from_date is None:
        return  # durations may be written in many ways
    # a day alone ends at another moment in each time zone
    if to_date is None or from_date is None or (from_date - to_date).days > 2:
        yield f"it was made with `{before}`"


def _prereleases(key: str, node: Node | None, lockfile: Lockfile, settled: bool) -> Iterator[str]:
    """Compare `prerelease-package`."""
    listed = lockfile.options.get(key)
    before = _by_name(listed) if isinstance(listed, dict) else {}
    now = _nodes(node)
    for name, value in now.items():
        if isinstance(value, String) and value.value != before.get(name):
            was = before.get(name)
            yield f"it was made {f'with `{was}`' if was else f'without `{key}`'} for `{name}`"
    for name in sorted(before.keys() - now.keys() if settled else ()):
        yield f"it was made with `{key}` for `{name}`"


def _metadata(key: str, node: Node | None, lockfile: Lockfile, settled: bool) -> Iterator[str]:
    """Compare `dependency-metadata`: that of packages which are not in the lock file makes no difference."""
    before = [_Metadata.of(table) for table in lockfile.dependency_metadata]
    now = [_Metadata.of(plain) for plain in map(_plain, _items(node)) if isinstance(plain, dict)]
    known = {*lockfile.names, *(one.name for one in before)}
    for one in now:
        if one.name in known and not any(map(one.may_be, before)):
            yield f"it was made without this `{key}` for `{one.name}`"
    for one in before if settled else ():
        if not any(map(one.may_be, now)):
            yield f"it was made with other `{key}` for `{one.name}`"


class _Metadata(NamedTuple):
    """A table of `dependency-metadata`."""

    name: Name
    version: str
    requires_dist: tuple[str, ...]
    requires_python: str
    extras: frozenset[Name]

    @classmethod
    def of(cls, table: Mapping[str, object]) -> _Metadata:
        """Return what a table says, whatever else stands in it."""
        requires, extras = (
            tuple(str(one) for one in value) if isinstance(value := table.get(key), list) else ()
            for key in ("requires-dist", "provides-extra")
        )
        if not extras and isinstance(other := table.get("provides-extras"), list):
            extras = tuple(str(one) for one in other)
        return cls(
            normalise(str(table.get("name", ""))),
            str(table.get("version", "")),
            requires,
            str(table.get("requires-python", "")),
            frozenset(map(normalise, extras)),
        )

    def may_be(self, other: _Metadata) -> bool:
        """Tell whether another one may say the same."""
        versions = [f"=={one.version}" if one.version else "" for one in (self, other)]
        return (
            (self.name, self.extras, len(self.requires_dist))
            == (other.name, other.extras, len(other.requires_dist))
            and bool(self.version) == bool(other.version)
            and not specifiers_differ(*versions)
            and not specifiers_differ(self.requires_python, other.requires_python)
            and all(map(may_be_same, self.requires_dist, other.requires_dist))
        )


_COMPARED: dict[str, Callable[[str, Node | None, Lockfile, bool], Iterator[str]]] = {
    **dict.fromkeys(WORDS, _word),
    EXCLUDE_NEWER: _newer,
    EXCLUDE_NEWER_PACKAGE: _newer_by_package,
    PRERELEASE_PACKAGE: _prereleases,
    DEPENDENCY_METADATA: _metadata,
}
"""How each setting is compared that the lock file records."""


def _libc(node: Node | None) -> dict[str, tuple[int, ...]] | None:
    """Return `minimum-libc-version` as numbers, None where it is missing or cannot be read."""
    return _written_libc(_plain(node))


def _written_libc(value: object) -> dict[str, tuple[int, ...]] | None:
    if not isinstance(value, dict):
        return None
    try:
        return {key: tuple(map(int, str(text).split("."))) for key, text in value.items()}
    except ValueError:
        return None


def _plain(node: Node | None) -> object:
    """Return a node as dictionaries, lists and strings; None for anything else."""
    if isinstance(node, Table):
        return {key: _plain(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Array):
        return [_plain(item) for item in node.items]
    return node.value if isinstance(node, String) else None


def _items(node: Node | None) -> Iterable[Node]:
    return node.items if isinstance(node, Array) else ()


def _nodes(node: Node | None) -> dict[Name, Node]:
    """Return the values of a table by name."""
    entries = node.entries if isinstance(node, Table) else {}
    return {normalise(key): entry.value for key, entry in entries.items()}


def _by_name(table: Mapping[str, object]) -> dict[Name, object]:
    return {normalise(key): value for key, value in table.items()}


def _date(text: str) -> date | None:
    from datetime import date  # here: importing it takes 4 ms, and few locks have such an option

    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None


# ------------------------------------------------------------------------- indexes

_USUAL_INDEX = regular_expression(r"https://pypi\.[a-z]+/simple\Z")
"""The index that uv uses where settings name no default."""


def index_mismatches(
    manifest: Manifest,
    settings: Settings,
    lockfile: Lockfile,
    root: str,
    others: Iterable[Index] = (),
) -> Iterator[Mismatch]:
    """Yield the indexes from which what the projects require was resolved, and that are not set now.

    `root` is the directory of the lock file, `others` are indexes that may count besides the settings.
    """
    table = settings.taken.settings_table if settings.taken is not None else None
    if table is None or not settings.settled:
        return
    if not settings.overridden.isdisjoint(VARIABLES_OF_INDEXES):
        return
    allowed, has_default = _allowed_indexes(table)
    if allowed is None:
        return
    projects = [one for name in lockfile.members if (one := lockfile.member(name)) is not None]
    projects += lockfile.local_projects
    explicit = chain([one.url for one in others], *map(_explicit_indexes, projects))
    places = _compared_places(allowed, explicit, root)
    if None in places:
        return
    missing = sorted(
        {
            package.source.value
            for name in frozenset().union(*(one.resolved for one in projects))
            for package in lockfile.packages(name)
            if package.source.kind == "registry"
            and _place_of_index(package.source.value, root) not in places
            and (has_default or not _USUAL_INDEX.match(package.source.value))
        }
    )
    for url in missing:
        place = _place_of_indexes(manifest)
        yield Mismatch(place, f"it has packages from `{url}`, which is no index of these settings")


def _place_of_indexes(manifest: Manifest) -> Span:
    """Return where settings name indexes first, or where they would."""
    keys = (INDEX, INDEX_URL, EXTRA_INDEX_URL, FIND_LINKS, NO_INDEX)
    spans = (key_span(manifest, ("tool", "uv", key)) for key in keys)
    return next((span for span in spans if span is not None), None) or top_span(manifest)


def _compared_places(allowed: Iterable[str], explicit: Iterable[str], root: str) -> set[str | None]:
    """Return what uv compares of indexes, of settings and of sources; None in it is not certain."""
    places = {_place_of_index(url, root) for url in allowed}
    for url in explicit:
        place = _place_of_index(url, root)
        # a requirement has the `file:` URL of an index that is relative elsewhere
        places |= {place, place.removesuffix(_ABSOLUTE) if place is not None else None}
    return places


def _explicit_indexes(project: LockedPackage) -> list[str]:
    """Return the URLs of the indexes that sources of a project name."""
    return [
        one.source.value
        for one in chain(project.requires_dist, *project.requires_dev.values())
        if one.source is not None and one.source.kind == INDEX
    ]


def _allowed_indexes(table: Table) -> tuple[list[str] | None, bool]:
    """Return the URLs of all indexes of settings, and whether uv uses no other; None where all are allowed."""
    found: list[str] = []
    flat: list[str] = [one.value for one in strings(table.get(FIND_LINKS))]
    has_default = False
    for item in _items(table.get(INDEX)):
        if not isinstance(item, Table):
            continue
        url, form, default = (item.get(key) for key in ("url", "format", "default"))
        if isinstance(url, String):
            is_flat = isinstance(form, String) and form.value == "flat"
            (flat if is_flat else found).append(url.value)
        has_default = has_default or (isinstance(default, Scalar) and default.is_true)
    single = table.get(INDEX_URL)
    if isinstance(single, String):
        found.append(single.value)
        has_default = True
    found += [one.value for one in strings(table.get(EXTRA_INDEX_URL))]
    none = table.get(NO_INDEX)
    if isinstance(none, Scalar) and none.is_true:
        return flat, True
    return [*found, *flat] or None, has_default


_ABSOLUTE = "#absolute"


def _place_of_index(url: str, root: str) -> str | None:
    """Return what uv compares of the URL of an index; a directory is another one where it is relative."""
    place = index_place(url, root)
    if place is None or "://" in place:
        return place
    return place.rstrip("/") + _ABSOLUTE * (url.startswith("file:") or is_absolute(url))
