"""All rules, in the order in which they are documented, and the rulebook of them that checks are handed."""

from ws_lsp.checking.rule import Rule
from ws_lsp.checking.rulebook import Rulebook
from ws_lsp.rules import (
    advice,
    agreement,
    build_backend,
    build_system,
    conflicting_sources,
    conflicts,
    constraints,
    default_packages,
    environments,
    files,
    groups,
    ignores,
    imports,
    indexes,
    installation,
    keys_and_values,
    lockfile,
    members,
    misplaced,
    paths,
    project_table,
    pythons,
    requirements,
    settings,
    settings_above,
    syncs,
    used_sources,
    workspace_sources,
    written_sources,
    ws_lsp_settings,
)

__all__ = ["ALL", "BY_CODE", "RULEBOOK"]

ALL: tuple[Rule, ...] = (
    *files.RULES,
    *default_packages.RULES,
    *members.RULES,
    *workspace_sources.RULES,
    *written_sources.RULES,
    *used_sources.RULES,
    *conflicting_sources.RULES,
    *paths.RULES,
    *project_table.RULES,
    *pythons.RULES,
    *requirements.RULES,
    *constraints.RULES,
    *groups.RULES,
    *conflicts.RULES,
    *syncs.RULES,
    *indexes.RULES,
    *environments.RULES,
    *keys_and_values.RULES,
    *misplaced.RULES,
    *settings.RULES,
    *build_system.RULES,
    *build_backend.RULES,
    *settings_above.RULES,
    *agreement.RULES,
    *advice.RULES,
    *lockfile.RULES,
    *installation.RULES,
    *imports.RULES,
    *ws_lsp_settings.RULES,
    *ignores.RULES,
)

RULEBOOK = Rulebook(ALL)
BY_CODE = RULEBOOK.by_code
