"""Hover: what the workspace knows of a name, a pattern, a source or a key, as Markdown."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ws_lsp.analysis import Snapshot
from ws_lsp.ide.contents import (
    dependencies_of,
    dependents_of,
    extra_contents,
    group_contents,
    specifiers_of,
)
from ws_lsp.ide.keys import described_keys
from ws_lsp.ide.navigation import led_to, located_pattern, source_locations, symbol_at
from ws_lsp.ide.occurrences import Role, Subject, occurrences
from ws_lsp.ide.symbol_references import Symbol, definitions, symbol_of
from ws_lsp.ide.workspace_lists import WORKSPACE_TABLE
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.declarations import DEFAULT_PACKAGES
from ws_lsp.project.installed import member_state
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.names import Name, normalise
from ws_lsp.project.workspace import MANIFEST, Member
from ws_lsp.text import Span
from ws_lsp.toml.cursor import Cursor, Where, locate
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
    if base_name(manifest.path) != MANIFEST:
        return None
    cursor = locate(manifest.tree, offset)
    if cursor.where in (Where.KEY, Where.HEADER):
        return _about_key(snapshot, cursor, sync_command)
    node = cursor.string
    packages = snapshot.default_packages
    if node is not None and packages is not None and packages.entry.value is node:
        return Hover(node.inner, _about_defaults(snapshot, sync_command))
    if node is not None and cursor.path[:-1] == WORKSPACE_TABLE:
        return Hover(node.inner, _about_pattern(snapshot, manifest, node))
    if cursor.path[:3] == ("tool", "uv", "sources") and len(cursor.path) >= 5:
        return _about_source(snapshot, manifest, cursor)
    if node is not None:
        for one in occurrences(manifest):
            if node.start < one.start < node.end and one.subject is Subject.PACKAGE:
                text = _about(snapshot, symbol_of(snapshot, manifest, one))
                return Hover(node.inner, text) if text else None
    if cursor.path == ("tool", "uv", "default-groups") and node is not None:
        groups = _names(manifest.group_names)
        return Hover(node.inner, f"Every dependency group: {groups}") if groups else None
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
    with manifest.lent():
        entry = manifest.tree.root.entry("tool", "uv", "default-groups")
        if entry is None:
            return tuple(name for name in manifest.group_names if name == "dev")
        if isinstance(entry.value, String) and entry.value.value == "all":
            return manifest.group_names
        listed = (one.name for one in occurrences(manifest) if one.role is Role.DEFAULT_GROUP)
        return tuple(dict.fromkeys(listed))


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
        uv = manifest.uv if base_name(manifest.path) == MANIFEST else manifest.tree.root
        value = uv.get("index") if uv is not None else None
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


def _about_source(
    snapshot: Snapshot,
    manifest: Manifest,
    cursor: Cursor,
) -> Hover | None:
    """Say where `path` leads to, and of which member `workspace` is."""
    key, node = cursor.path[-1], cursor.node
    if key not in ("path", "workspace") or node is None:
        return None
    span = node.inner if isinstance(node, String) else node.span
    name = normalise(str(cursor.path[3]))
    found = next(led_to(snapshot, manifest, name, key, node), None)
    if found is not None:
        member = snapshot.workspace.by_path.get(found.path)
        shown = about_member(snapshot, member) if member else ""
        return Hover(span, shown or _about_project_at(snapshot, found.path))
    if not isinstance(node, String):
        return None
    if key == "path":
        return Hover(span, f"There is no project and no file at `{node.value}`")
    return Hover(span, f"There is no workspace with `{name}` at `{node.value}`")


def _about_key(
    snapshot: Snapshot, cursor: Cursor, sync_command: Callable[[], str | None]
) -> Hover | None:
    key = cursor.key
    if key is None:
        return None
    description = described_keys(cursor.path).get(key.text)
    if description is None and key.text == DEFAULT_PACKAGES and cursor.path == ("tool", "uv"):
        description = described_keys(("tool", "ws-lsp"))[key.text]
    if description is None:
        return None
    where = "It counts in the root of the workspace alone." if description.root_only else ""
    more = _about_defaults(snapshot, sync_command) if key.text == DEFAULT_PACKAGES else ""
    return Hover(key.span, _paragraphs(f"`{key.text}`: {description.text} {where}".rstrip(), more))


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
