"""All rules, in the order in which they are documented.

A module of its own, imported where a file is first checked: the server answers `initialize` without it.
"""

from ws_lsp.checking.rule import Rule
from ws_lsp.checking.rulebook import Rulebook
from ws_lsp.rules import (
    advice,
    agreement,
    build_backend,
    building,
    default_packages,
    environment,
    files,
    groups,
    imports,
    indexes,
    lockfile,
    lowering,
    members,
    paths,
    places,
    project_table,
    requirements,
    settings,
    settings_above,
    sources,
    syncs,
    uv_sources,
    values,
    ws_lsp_settings,
)

__all__ = ["ALL", "BY_CODE", "RULEBOOK"]

ALL: tuple[Rule, ...] = (
    *files.RULES,
    *default_packages.RULES,
    *members.RULES,
    *sources.RULES,
    *uv_sources.RULES,
    *lowering.RULES,
    *places.RULES,
    *paths.RULES,
    *project_table.RULES,
    *requirements.RULES,
    *groups.RULES,
    *syncs.RULES,
    *indexes.RULES,
    *values.RULES,
    *settings.RULES,
    *building.RULES,
    *build_backend.RULES,
    *settings_above.RULES,
    *agreement.RULES,
    *advice.RULES,
    *lockfile.RULES,
    *environment.RULES,
    *imports.RULES,
    *ws_lsp_settings.RULES,
)

RULEBOOK = Rulebook(ALL)
BY_CODE = RULEBOOK.by_code
