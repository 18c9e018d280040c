"""A workspace as its tree in an editor shows it: the answer to the request `ws-lsp/workspaces`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.grammar.names import Name
from ws_lsp.ide.contents import dependencies_of
from ws_lsp.project.versions import Version
from ws_lsp.project.workspace import Member
from ws_lsp.server.uris import uri_of
from ws_lsp.vfs import base_name

__all__ = ["overview"]


def overview(
    snapshot: Snapshot,
    findings: Callable[[str], list[Finding]],
    uri: Callable[[str], str],
    uv: Version | None,
) -> dict[str, Any]:
    """Return `{root, name, virtual, uv, defaultPackages, environment, lockfile, members}` as JSON data.

    `root` is a URI, `uv` a version or null, `defaultPackages` names, `"all"` or null, `environment`
    whether there is one, `lockfile` `"current"`, `"outdated"`, `"missing"` or `"unknown"`. A member is
    `{name, path, manifest, version, isRoot, isDefault, installed, outdated, errors, warnings,
    dependencies, dependents, groups, extras}`: `path` and `manifest` are URIs, `installed` is null or
    `{version, editable}`, `errors` and `warnings` count the findings in the manifest, the rest are
    names of members, groups, extras.
    """
    workspace = snapshot.workspace
    packages = snapshot.default_packages
    default = snapshot.selected or frozenset()
    known = {path: findings(path) for path in workspace.paths}
    state = snapshot.environment_state
    installed = {one.name: one for one in state.members}
    required = {name: dependencies_of(snapshot, name) for name in workspace.members}
    dependents: dict[Name, list[Name]] = {name: [] for name in workspace.members}
    for name, others in required.items():
        for other in others:
            dependents[other].append(name)

    def member(one: Member) -> dict[str, Any]:
        manifest = snapshot.manifests[one.path]
        present = installed[one.name]
        return {
            "name": one.name,
            "path": uri_of(one.directory),
            "manifest": uri(one.path),
            "version": manifest.shared.version,
            "isRoot": one.is_root,
            "isDefault": one.name in default,
            "installed": {"version": present.version, "editable": present.editable}
            if present.installed
            else None,
            "outdated": present.outdated,
            "errors": _count(known[one.path], Severity.ERROR),
            "warnings": _count(known[one.path], Severity.WARNING),
            "dependencies": list(required[one.name]),
            "dependents": dependents[one.name],
            "groups": list(manifest.group_names),
            "extras": list(manifest.shared.extras or ()),
        }

    root_name = snapshot.root.shared.name
    return {
        "root": uri_of(workspace.root),
        "name": root_name or base_name(workspace.root),
        "virtual": workspace.virtual,
        "uv": ".".join(map(str, uv)) if uv is not None else None,
        "defaultPackages": packages.value if packages is not None else None,
        "environment": state.exists,
        "lockfile": _lockfile(snapshot, known),
        "members": [member(one) for one in workspace.members.values()],
    }


def _count(findings: list[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _lockfile(snapshot: Snapshot, findings: Mapping[str, list[Finding]]) -> str:
    lockfile = snapshot.lockfile
    if lockfile is None:
        return "missing"
    if lockfile.problem is not None:
        return "unknown"
    stale = any(one.code == "outdated-lockfile" for some in findings.values() for one in some)
    return "outdated" if stale else "current"
