"""The rules, in the order in which they are documented."""

from ws_lsp.rules import default_packages, files, members, sources
from ws_lsp.rules.base import Rule

__all__ = ["ALL", "BY_CODE"]

ALL: tuple[Rule, ...] = (
    *files.RULES,
    *default_packages.RULES,
    *members.RULES,
    *sources.RULES,
)

BY_CODE = {rule.code: rule for rule in ALL}
