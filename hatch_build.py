"""What hatchling does besides when it builds a wheel: the completions for shells come into it."""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class CompletionsHook(BuildHookInterface):  # type: ignore[type-arg]
    """Writes a script for each shell; an editable install has none, because its parser may change."""

    _made: Path | None = None

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

        # not beside the wheel: whoever uploads what is there would meet it
        made = self._made = Path(tempfile.mkdtemp(prefix="ws-lsp-completions-"))
        for shell in COMPLETED_SHELLS:
            path = made / f"ws-lsp.{shell}"
            path.write_text(script(shell), encoding="utf-8", newline="\n")
            build_data["force_include"][str(path)] = f"ws_lsp/completions/{path.name}"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove the scripts, which are in the wheel now."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)
