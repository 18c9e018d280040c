"""Hover: what the workspace knows of a name, a pattern, a source or a key, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.ide.contents import (
    dependencies_of,
    dependents_of,
    extra_contents,
    group_contents,
    specifiers_of,
)
from ws_lsp.ide.navigation import led_to, located_pattern, source_locations, symbol_at
from ws_lsp.ide.occurrences import occurrences
from ws_lsp.ide.place import KeyPlace, NamePlace, ValuePlace, place, source_at
from ws_lsp.ide.symbol_references import Symbol, definitions, symbol_of
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.installed import member_state
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.workspace import Member
from ws_lsp.schema.keys import DEFAULT_GROUPS, INDEX
from ws_lsp.schema.mentions import Subject
from ws_lsp.schema.pyproject import DEFAULTS
from ws_lsp.schema.shapes import Holds, Key, Reader, Text, alternatives, dotted
from ws_lsp.schema.tool_uv import PATH_OF_SOURCE, TOOL_UV, WORKSPACE_OF_SOURCE
from ws_lsp.text import Span
from ws_lsp.toml.tree import Array, Scalar, String, Table
from ws_lsp.vfs import base_name, parent, relative

__all__ = ["Hover", "about_member", "hover"]

SHOWN = 20
"""So many names are listed before the rest is only counted."""


class Hover(NamedTuple):
    """What is to be shown about `span`; `text` is Markdown."""

    span: Span
    text: str


def hover(
    snapshot: Snapshot,
    manifest: Manifest,
    offset: int,
    sync_command: Callable[[], str | None] = lambda: None,
) -> Hover | None:
    """Return what is to be said about `offset` (code points), None where it is nothing of ours.

    `sync_command` gives the command line that syncs the default packages, None where there is none.
    """
    found = symbol_at(snapshot, manifest, offset)
    if found is not None:
        occurrence, symbol = found
        text = _about(snapshot, symbol) or _about_elsewhere(snapshot, manifest, symbol)
        return Hover(occurrence.span, text) if text else None
    match place(snapshot, manifest, offset):
        case KeyPlace(cursor=cursor, key=key) if cursor.key is not None and key is not None:
            return Hover(cursor.key.span, _about_key(snapshot, cursor.key.text, key, sync_command))
        case NamePlace() as at:
            return _about_rule(at)
        case ValuePlace(key=key) as at if key is PATH_OF_SOURCE or key is WORKSPACE_OF_SOURCE:
            return _about_source(snapshot, manifest, at)
        case ValuePlace(cursor=cursor) as at if cursor.string is not None:
            return _about_string(snapshot, manifest, at, cursor.string, sync_command)
    return None


def _about_string(
    snapshot: Snapshot,
    manifest: Manifest,
    at: ValuePlace,
    node: String,
    sync_command: Callable[[], str | None],
) -> Hover | None:
    packages = snapshot.default_packages
    if packages is not None and packages.entry.value is node:
        return Hover(node.inner, _about_defaults(snapshot, sync_command))
    if at.holds(Holds.PATTERN):
        return Hover(node.inner, _about_pattern(snapshot, manifest, node))
    for one in occurrences(manifest):
        if node.start < one.start < node.end and one.subject is Subject.PACKAGE:
            text = _about(snapshot, symbol_of(snapshot, manifest, one))
            return Hover(node.inner, text) if text else None
    if at.key is TOOL_UV.keys[DEFAULT_GROUPS] and manifest.group_names:
        return Hover(node.inner, f"Every dependency group: {_names(manifest.group_names)}")
    if any(one.words for one in at.texts):
        return Hover(node.inner, _about_key(snapshot, at.name, at.key, sync_command))
    return None


# ----------------------------------------------------------------------------- names


def _about(snapshot: Snapshot, symbol: Symbol) -> str:
    match symbol.subject:
        case Subject.PACKAGE:
            member = snapshot.workspace.members.get(Name(symbol.name))
            if member is not None:
                return about_member(snapshot, member)
            return _about_package(snapshot, Name(symbol.name))
        case Subject.GROUP:
            return _about_contents(snapshot, symbol, "Dependency group", group_contents)
        case Subject.EXTRA:
            return _about_contents(snapshot, symbol, "Extra", extra_contents)
        case Subject.INDEX:
            return _about_index(snapshot, symbol)


def about_member(snapshot: Snapshot, member: Member) -> str:
    """Return what is to be said of a member, as Markdown."""
    manifest = snapshot.manifests[member.path]
    shared = snapshot.workspace.shared.get(member.path)
    version = shared.version if shared else None
    directory = relative(member.directory, snapshot.workspace.root)
    title = f"**{member.name}**{f' {version}' if version else ''}"
    where = "root of the workspace" if member.is_root else f"workspace member, `{directory}`"
    lines: list[str] = []
    requires = dependencies_of(snapshot, member.name)
    if requires:
        lines.append(f"Requires {_names(requires)}")
    dependents = dependents_of(snapshot, member.name)
    count = f"{len(dependents)} member{'' if len(dependents) == 1 else 's'}"
    lines.append(
        f"Required by {count}: {_names(dependents)}" if dependents else "Required by no member"
    )
    if member.name in (snapshot.selected or ()):
        lines.append("Default package")
    groups = _default_groups(manifest)
    if groups:
        lines.append(f"Default groups: {_names(groups)}")
    state = _installed(snapshot, member)
    if state:
        lines.append(state)
    return _paragraphs(f"{title} ({where})", _plain(manifest.description), _list(lines))


def _installed(snapshot: Snapshot, member: Member) -> str:
    """Say in a few words how a member is installed; nothing where there is no environment."""
    environment = snapshot.environment
    if not environment.exists:
        return ""
    default = member.name in (snapshot.selected or ())
    state = member_state(environment, snapshot.workspace, member, default)
    if not state.installed:
        return (
            "Not installed" if state.package else "Not a package: only what it needs is installed"
        )
    how = f"Installed: {state.version}{' (editable)' if state.editable else ''}"
    return f"{how}, out of date" if state.outdated else how


def _default_groups(manifest: Manifest) -> tuple[Name, ...]:
    """Return the groups that are synced without being asked for: `dev` where nothing is said."""
    wanted = manifest.shared.settings.default_groups
    return tuple(filter(wanted.include, manifest.group_names))


def _about_package(snapshot: Snapshot, name: Name) -> str:
    lockfile = snapshot.lockfile
    locked = lockfile.packages(name) if lockfile is not None else ()
    versions: list[str] = []
    for one in locked:
        markers = " or ".join(f"`{marker}`" for marker in one.resolution_markers)
        source = one.source.value if one.source.kind not in ("registry", "") else ""
        version = one.version or "a version that its build decides"
        versions.append(
            f"{version}{f' where {markers}' if markers else ''}{f', from `{source}`' if source else ''}"
        )
    found = specifiers_of(snapshot, name)
    root = snapshot.workspace.root
    wanted = [
        f"{f'`{specifier}`' if specifier else 'any version'}: {_names(names)}"
        for specifier, names in sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    ]
    excluded = snapshot.workspace.excluded.get(name)
    if excluded is not None:
        directory = relative(excluded.directory, root)
        wanted.insert(0, f"`exclude` hides the project in `{directory}`")
    if not versions and not wanted:
        return ""
    resolved = f"Locked: {', '.join(versions)}" if versions else ""
    title = f"**{name}** (not a member of this workspace)"
    return _paragraphs(title, resolved, "Required as" if found else "", _list(wanted))


def _about_elsewhere(snapshot: Snapshot, manifest: Manifest, symbol: Symbol) -> str:
    """Say where on disk a package is that is no member, where its source says so."""
    if symbol.subject is not Subject.PACKAGE:
        return ""
    found = source_locations(snapshot, manifest, Name(symbol.name))
    lines = [_about_project_at(snapshot, one.path) for one in found]
    title = f"**{symbol.name}** (not a member of this workspace)"
    return _paragraphs(title, *lines) if lines else ""


def _about_project_at(snapshot: Snapshot, path: str) -> str:
    is_project = base_name(path) == MANIFEST
    shown = relative(parent(path) if is_project else path, snapshot.workspace.root)
    return f"The project in `{shown}`" if is_project else f"The file `{shown}`"


def _about_contents(
    snapshot: Snapshot,
    symbol: Symbol,
    title: str,
    contents: Callable[[Manifest, Name], tuple[str, ...]],
) -> str:
    manifest = snapshot.manifests.get(symbol.owner)
    if manifest is None or not definitions(snapshot, symbol):
        return ""
    with manifest.lent():
        found = contents(manifest, Name(symbol.name))
    owner = manifest.shared.name or relative(manifest.path, snapshot.workspace.root)
    items = [f"`{one}`" for one in found]
    return _paragraphs(f"{title} **{symbol.name}** of `{owner}`", _list(items) or "It is empty")


def _about_index(snapshot: Snapshot, symbol: Symbol) -> str:
    manifest = snapshot.manifests.get(symbol.owner)
    if manifest is None:
        return ""
    with manifest.lent():
        settings = manifest.settings_table
        value = settings.get(INDEX) if settings is not None else None
        for item in value.items if isinstance(value, Array) else ():
            name = item.get("name") if isinstance(item, Table) else None
            if isinstance(item, Table) and isinstance(name, String) and name.value == symbol.name:
                url = item.get("url")
                flags = [key for key in ("default", "explicit") if _is_true(item, key)]
                kind = f" ({', '.join(flags)})" if flags else ""
                file = relative(manifest.path, snapshot.workspace.root)
                title = f"Index **{symbol.name}**{kind} of `{file}`"
                return _paragraphs(title, f"<{url.value}>" if isinstance(url, String) else "")
    return ""


def _is_true(table: Table, key: str) -> bool:
    node = table.get(key)
    return isinstance(node, Scalar) and node.is_true


# ----------------------------------------------------------------- patterns, sources, keys


def _about_pattern(snapshot: Snapshot, manifest: Manifest, node: String) -> str:
    found = located_pattern(snapshot, manifest, node)
    workspace = snapshot.workspace
    if not found:
        return f"`{node.value}` matches no project"
    lines: list[str] = []
    for directory in found[:SHOWN]:
        member = workspace.by_directory.get(directory)
        about = f": {member.name}" if member else ", not a member"
        lines.append(f"`{relative(directory, workspace.root)}`{about}")
    if len(found) > SHOWN:
        lines.append(f"and {len(found) - SHOWN} more")
    count = f"{len(found)} director{'y' if len(found) == 1 else 'ies'}"
    return _paragraphs(f"`{node.value}` matches {count}", _list(lines))


def _about_source(snapshot: Snapshot, manifest: Manifest, at: ValuePlace) -> Hover | None:
    """Say where `path` leads to, and of which member `workspace` is."""
    name, node = source_at(at), at.cursor.node
    if name is None or node is None:
        return None
    span = node.inner if isinstance(node, String) else node.span
    found = next(led_to(snapshot, manifest, name, at.key, node), None)
    if found is not None:
        member = snapshot.workspace.by_path.get(found.path)
        shown = about_member(snapshot, member) if member else ""
        return Hover(span, shown or _about_project_at(snapshot, found.path))
    if not isinstance(node, String):
        return None
    if at.key is PATH_OF_SOURCE:
        return Hover(span, f"There is no project and no file at `{node.value}`")
    return Hover(span, f"There is no workspace with `{name}` at `{node.value}`")


def _about_rule(at: NamePlace) -> Hover | None:
    """Return the title of the rule whose severity is set."""
    key = at.cursor.key
    if key is None or at.table.name.holds is not Holds.RULE:
        return None
    from ws_lsp.rules.catalogue import BY_CODE  # here: it is loaded where a file is first checked

    rule = BY_CODE.get(key.text)
    return Hover(key.span, f"`{rule.code}`: {rule.title}") if rule is not None else None


def _about_key(
    snapshot: Snapshot, text: str, key: Key, sync_command: Callable[[], str | None]
) -> str:
    """Return what the schema says of a key: what it does, which values it has, where it counts."""
    values = ""
    words = [word for one in alternatives(key.shape) if isinstance(one, Text) for word in one.words]
    if len(words) > 1:
        shown = [f"`{word}`{' (default)' if word == key.default else ''}" for word in words]
        more_words = f" and {len(shown) - SHOWN} more" if len(shown) > SHOWN else ""
        values = f"One of {', '.join(shown[:SHOWN])}{more_words}."
    where = ""
    if key.root_only and Reader.UV_TOML in key.readers:
        where = "It counts in the root's `pyproject.toml`, or in the `uv.toml` beside that."
    elif key.root_only:
        where = "It counts in the root of the workspace only."
    since = f"Since uv {dotted(key.since)}." if key.since else ""
    default = f"The default is `{key.default}`." if key.default != "" and not values else ""
    notice = f"Deprecated: use `{key.deprecated}`." if key.deprecated else ""
    if key.experimental:
        notice = f"Experimental: uv warns until `preview-features` has `{key.experimental}`."
    notes = " ".join(one for one in (notice, default, where, since) if one)
    more = _about_defaults(snapshot, sync_command) if key is DEFAULTS else ""
    return _paragraphs(f"`{text}`: {key.text}", values, notes, more)


def _about_defaults(snapshot: Snapshot, sync_command: Callable[[], str | None]) -> str:
    """Say what a sync of the default packages installs, and by which command."""
    packages = snapshot.default_packages
    if packages is None:
        return ""
    members = snapshot.workspace.members
    chosen = tuple(members) if packages.everything else packages.names
    lines = [f"Default packages: {_names(chosen) or 'none'}"]
    unknown = [name for name in chosen if name not in members]
    if unknown:
        lines.append(f"Not members of this workspace: {_names(unknown)}")
    needed = _needed(snapshot, chosen)
    if needed:
        lines.append(f"With what they need of the workspace: {_names(needed)}")
    command = sync_command()
    return _paragraphs(_list(lines), f"```console\n{command}\n```" if command else "")


def _needed(snapshot: Snapshot, names: Iterable[Name]) -> tuple[Name, ...]:
    """Return the members that some need, directly or through others, but for those themselves."""
    members = snapshot.workspace.members
    reached = {name for name in names if name in members}
    chosen, waiting = set(reached), list(reached)
    while waiting:
        manifest = snapshot.manifests[members[waiting.pop()].path]
        more = (manifest.required & members.keys()) - reached
        reached |= more
        waiting += more
    return tuple(sorted(reached - chosen))


# --------------------------------------------------------------------------- Markdown


def _names(names: Iterable[str]) -> str:
    listed = list(names)
    shown = ", ".join(f"`{name}`" for name in listed[:SHOWN])
    return f"{shown} and {len(listed) - SHOWN} more" if len(listed) > SHOWN else shown


def _plain(text: str) -> str:
    """Return a user's text so that Markdown shows it as it is, in one line."""
    escaped = "".join(f"\\{one}" if one in "\\`*_{}[]<>#|!~" else one for one in text)
    return " ".join(escaped.split())


def _list(lines: Iterable[str]) -> str:
    return "\n".join(f"- {line}" for line in lines)


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(text for text in texts if text)
