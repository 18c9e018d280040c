"""What a sync would change, from the words of the real uv."""

from __future__ import annotations

import subprocess
from pathlib import Path

from e2e.disk import UV, environment, needs_uv, write, write_wheel

from ws_lsp.uv.preview import Action, Preview, PreviewedChange, parse_text

WORKSPACE = """
#- /pyproject.toml
[project]
name = "acme"
version = "1.0"
requires-python = ">=3.11"
dependencies = ["idna", "six", "toml<2"]
[tool.uv]
no-index = true
find-links = ["../wheels"]
"""


@needs_uv
def test_what_the_real_uv_says(tmp_path: Path) -> None:
    for name in ("idna-3.0", "idna-3.4", "six-1.0", "toml-1.0", "zipp-1.0"):
        write_wheel(tmp_path / "wheels", *name.split("-"))
    manifest = write(tmp_path / "w", WORKSPACE) / "pyproject.toml"
    assert UV is not None

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [UV or "", "--project", str(manifest.parent), *arguments]
        env = environment(tmp_path / "home")
        return subprocess.run(command, env=env, capture_output=True, text=True, check=True)

    def preview() -> Preview:
        return parse_text(run("sync", "--dry-run").stderr)

    assert preview().lines == (
        "Create the environment",
        "Create `uv.lock`",
        "Install 3 packages",
        "  + idna 3.4",
        "  + six 1.0",
        "  + toml 1.0",
    )
    run("sync")
    assert preview().lines == ("Nothing to change",)
    text = manifest.read_text().replace('"idna", "six"', '"idna<3.4", "zipp"')
    manifest.write_text(text)
    found = preview()
    assert found.lines == (
        "Update `uv.lock`",
        "Remove 1 package",
        "  - six 1.0",
        "Reinstall 1 package",
        "  ~ idna 3.4 -> 3.0",
        "Install 1 package",
        "  + zipp 1.0",
    )
    assert found.summary == "Would remove 1, reinstall 1, install 1"


def test_text_of_uv_0_9_8() -> None:
    text = (
        "Using CPython 3.11.7\n"
        "Would create project environment at: .venv\n"
        "Resolved 6 packages in 34ms\n"
        "Would update lockfile at: uv.lock\n"
        "Would download 2 packages\n"
        "Would install 2 packages\n"
        " + alpha @ file:///w/packages/alpha\n"
        " + idna==3.4\n"
    )
    installed = (
        PreviewedChange(Action.INSTALL, "alpha", ""),
        PreviewedChange(Action.INSTALL, "idna", "3.4"),
    )
    found = parse_text(text)
    assert found == Preview(installed, "create", "update")
    assert found.lines[-2:] == ("  + alpha", "  + idna 3.4")
