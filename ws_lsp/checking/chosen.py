"""What somebody wants to hear of: findings in some files, or with some codes."""

from __future__ import annotations

from collections.abc import Collection

from ws_lsp.checking.findings import Finding
from ws_lsp.named_tuple import NamedTuple

__all__ = ["EVERYTHING", "Chosen"]


class Chosen(NamedTuple):
    """The files and the codes that are wanted; None stands for all of them."""

    paths: Collection[str] | None = None
    codes: Collection[str] | None = None

    def has_file(self, path: str) -> bool:
        """Tell whether the findings of a file are wanted."""
        return self.paths is None or path in self.paths

    def has(self, finding: Finding) -> bool:
        """Tell whether a finding is wanted."""
        return self.has_file(finding.path) and (self.codes is None or finding.code in self.codes)


EVERYTHING = Chosen()
