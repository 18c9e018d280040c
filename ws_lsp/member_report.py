"""The members of a workspace as text, as JSON, and as a matrix of GitHub's workflows."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence

from ws_lsp.analysis import Snapshot
from ws_lsp.grammar.names import Name
from ws_lsp.text import in_one_line
from ws_lsp.vfs import relative, to_native

__all__ = ["MEMBER_FORMATS", "as_text"]


def as_text(snapshot: Snapshot, names: Sequence[Name], *, paths: bool = False) -> str:
    """Return a line for each member: its name and, with `paths`, its directory."""
    members = snapshot.workspace.members
    lines = [
        f"{name} {in_one_line(to_native(members[name].directory))}" if paths else name
        for name in names
    ]
    return "".join(f"{line}\n" for line in lines)


def as_json(snapshot: Snapshot, names: Sequence[Name]) -> str:
    """Return `{"root", "virtual", "default_packages", "members": [...]}`.

    A member has `name`, `path`, `version` (null where none is written), and the names of members in
    `dependencies` and `dependents`: what it requires itself, and what requires it.
    """
    from ws_lsp.ide.graph import graph

    members = snapshot.workspace.members
    packages = snapshot.default_packages
    needs: dict[Name, dict[Name, None]] = {name: {} for name in members}
    needed_by: dict[Name, dict[Name, None]] = {name: {} for name in members}
    for edge in graph(snapshot).edges:
        needs[edge.source][edge.target] = None
        needed_by[edge.target][edge.source] = None
    document = {
        "root": to_native(snapshot.workspace.root),
        "virtual": snapshot.workspace.virtual,
        "default_packages": packages.value if packages is not None else None,
        "members": [
            {
                "name": name,
                "path": to_native(members[name].directory),
                "version": snapshot.manifests[members[name].path].shared.version,
                "dependencies": sorted(needs[name]),
                "dependents": sorted(needed_by[name]),
            }
            for name in names
        ],
    }
    return json.dumps(document, indent=2) + "\n"


def as_matrix(snapshot: Snapshot, names: Sequence[Name]) -> str:
    """Return `{"include": [{"name", "path"}]}` in one line, as `strategy.matrix` takes it.

    Paths are relative to the root and have `/` on every platform.
    """
    workspace = snapshot.workspace
    include = [
        {"name": name, "path": relative(workspace.members[name].directory, workspace.root)}
        for name in names
    ]
    return json.dumps({"include": include}) + "\n"


MEMBER_FORMATS: Mapping[str, Callable[[Snapshot, Sequence[Name]], str]] = {
    "text": as_text,
    "json": as_json,
    "matrix": as_matrix,
}
"""The formats of `ws-lsp members`, by name."""
