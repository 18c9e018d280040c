"""The step of `action.yml` that checks: annotations in the log, and the action's outputs."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys


def main() -> int:
    """Return the exit code of `ws-lsp check`."""
    environment = os.environ
    directory = environment.get("WS_LSP_DIRECTORY") or "."
    try:
        selection = shlex.split(environment.get("WS_LSP_SELECTION", ""))
        arguments = [*shlex.split(environment.get("WS_LSP_ARGUMENTS", "")), *selection]
    except ValueError as error:
        print(f"::error::`selection` or `arguments` cannot be read: {error}")
        return 2
    code = ws_lsp("check", "--output-format", "github", *arguments, directory).returncode
    if code not in (0, 1):
        return code
    # a second look, so that each reader gets a form of his own
    second = ws_lsp("check", *arguments, "--output-format", "json", directory, captured=True)
    if second.returncode not in (0, 1) or not second.stdout:
        print("::error::`ws-lsp check` gave no report. See the log above")
        return second.returncode or 2
    report = second.stdout
    matrix = ws_lsp("members", *selection, "--output-format", "matrix", directory, captured=True)
    # there may be no workspace around the directory, as it is with `--recursive`
    found = json.loads(matrix.stdout or '{"include": []}')
    outputs = {
        "findings": "" if "--diff" in arguments else str(len(json.loads(report))),
        "members": json.dumps([one["name"] for one in found["include"]]),
        "matrix": json.dumps(found),
    }
    with open(environment["GITHUB_OUTPUT"], "a", encoding="utf-8") as stream:
        stream.writelines(f"{name}={value}\n" for name, value in outputs.items())
    return code


def ws_lsp(*arguments: str, captured: bool = False) -> subprocess.CompletedProcess[str]:
    """Run the ws-lsp of this action; the repository's own modules do not get in its way (`-I`)."""
    place = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    python = os.path.join(os.environ["RUNNER_TEMP"], "ws-lsp", *place)
    return subprocess.run(
        [python, "-I", "-m", "ws_lsp", *arguments],
        stdout=subprocess.PIPE if captured else None,
        stderr=subprocess.DEVNULL if captured else None,
        encoding="utf-8",
        check=False,
    )


if __name__ == "__main__":
    sys.exit(main())
