"""What hatchling does besides when it builds a wheel: the completions for shells come into it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompletionsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Writes a script for each shell; an editable install has none, because its parser may change."""

    def dependencies(self) -> list[str]:
        """Return what makes scripts of the parser; the parser itself needs nothing."""
        return ["shtab>=1.7"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Make the scripts, and put them into the wheel."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from completions import script
        from ws_lsp.cli_parser import COMPLETED_SHELLS

        made = Path(self.directory) / "completions"
        made.mkdir(parents=True, exist_ok=True)
        for shell in COMPLETED_SHELLS:
            path = made / f"ws-lsp.{shell}"
            path.write_text(script(shell), encoding="utf-8", newline="\n")
            build_data["force_include"][str(path)] = f"ws_lsp/completions/{path.name}"
