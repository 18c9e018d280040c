"""What uv needs to build the projects of a workspace, and how bad it is if it cannot."""

from __future__ import annotations

from ws_lsp.checking.findings import Severity
from ws_lsp.checking.refused_settings import drops_settings
from ws_lsp.checking.rule import Scope
from ws_lsp.checking.view import View
from ws_lsp.grammar.names import Name
from ws_lsp.project.declarations import Requirement, requirement_name
from ws_lsp.project.uv_build import is_direct
from ws_lsp.schema.keys import EXTRA_BUILD
from ws_lsp.toml.tree import Array, String, Table

__all__ = ["extra_build_requirements", "lowered_build_requirements", "severity_of_build"]


def severity_of_build(view: View) -> Severity | None:
    """Return how bad it is that the project of this file cannot be built; None where uv never builds it.

    A bare `uv sync` builds the root's project and the members that come along with it, or all members
    where the root has none; the sync of `default-packages` builds what these name. Others are built by
    `uv sync --all-packages` alone.
    """
    if not view.is_ever_built():
        return None
    return Severity.ERROR if view.is_built() else Severity.WARNING


def lowered_build_requirements(view: View) -> tuple[Requirement, ...]:
    """Return the build requirements of this file to which uv gives sources before it builds the project."""
    required = view.manifest.build_requirements
    if view.outside is not None or not any(one.name for one in required):
        return ()
    if not view.is_ever_built() or view.ignores_sources():
        return ()
    return () if is_direct(view.manifest, view.uv_version) else required


def extra_build_requirements(view: View) -> dict[Name, String]:
    """Return what `extra-build-dependencies` of this file lists, by name: uv gives the root's sources to it.

    Nothing where another file has the settings, where uv drops them, and where sources are turned off.
    """
    table = view.manifest.settings_table
    setting = table.get(EXTRA_BUILD) if table is not None else None
    if not isinstance(setting, Table) or view.scope not in (Scope.ROOT, Scope.SETTINGS):
        return {}
    if view.outside is not None or view.ignores_sources():
        return {}
    if view.scope is Scope.ROOT and (
        view.has_settings_file() or drops_settings(view, view.manifest)
    ):
        return {}
    found: dict[Name, String] = {}
    for entry in setting.entries.values():
        for item in entry.value.items if isinstance(entry.value, Array) else ():
            node = item.get("requirement") if isinstance(item, Table) else item
            name = requirement_name(node.value) if isinstance(node, String) else None
            if name is not None and isinstance(node, String):
                found.setdefault(name, node)
    return found
