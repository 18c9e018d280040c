"""All rules, in the order in which they are documented.

A module of its own, imported where a file is first checked: the server answers `initialize` without it.
"""

from ws_lsp.rules import (
    advice,
    agreement,
    build_backend,
    building,
    configuration,
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
)
from ws_lsp.rules.base import Rule, Scope

__all__ = ["ALL", "BY_CODE", "BY_SCOPE"]

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
    *configuration.RULES,
)

BY_CODE = {rule.code: rule for rule in ALL}
BY_SCOPE = {scope: tuple(rule for rule in ALL if scope in rule.scopes) for scope in Scope}
