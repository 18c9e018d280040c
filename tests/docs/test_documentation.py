"""The documentation says what is true: generated files are fresh, links lead somewhere, snippets work."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import tomli

from ws_lsp.cli import execute
from ws_lsp.rules.catalogue import BY_CODE
from ws_lsp.server.sync_arguments import SyncArguments
from ws_lsp.uv.command import Plan, Target, plan
from ws_lsp.uv.find import find_uv
from ws_lsp.uv.selection import Packages

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ACME = ROOT / "examples" / "acme"


def run(script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one of the generators."""
    return subprocess.run(
        [sys.executable, str(ROOT / "docs" / script), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


def files() -> Iterator[Path]:
    """Yield what is committed or about to be; where git cannot say, all but what it would ignore."""
    git = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        done = subprocess.run(git, cwd=ROOT, capture_output=True, check=False)
        listed = done.stdout.decode().split("\0") if done.returncode == 0 else []
    except OSError:
        listed = []
    found = {ROOT / name for name in listed if name} if listed else set(ROOT.rglob("*"))
    for path in sorted(found):
        parts = path.relative_to(ROOT).parts
        hidden = any(part.startswith(".") and part != ".ci" for part in parts[:-1])
        if path.is_file() and not hidden and "__pycache__" not in parts and path.suffix != ".whl":
            yield path


MARKDOWN = [path for path in files() if path.suffix == ".md" and "uv_cases" not in path.parts]


def snippets(language: str) -> list[str]:
    """Return the README's blocks of a language."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def below(heading: str) -> str:
    """Return what stands below a heading of the README, up to the next heading."""
    return re.split(r"^##+ ", README.partition(f" {heading}\n")[2], maxsplit=1, flags=re.MULTILINE)[
        0
    ]


# ---------------------------------------------------------------------------- generated


def test_pages_of_rules_and_table_are_fresh() -> None:
    done = run("generate.py", "--check")
    assert done.returncode == 0, f"run `make docs`:\n{done.stdout}{done.stderr}"


@pytest.mark.skipif(find_uv(str(ROOT)) is None, reason="the demo needs uv")
def test_demo_succeeds_and_picture_is_fresh() -> None:
    done = run("picture.py", "--check")
    assert done.returncode == 0, f"run `make docs`:\n{done.stdout}{done.stderr}"


# -------------------------------------------------------------------------------- links


def slugs(text: str) -> set[str]:
    """Return the anchors of a Markdown file's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: str(path.relative_to(ROOT)))
def test_relative_links_lead_somewhere(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prose = re.sub(r"^```.*?^```$|`[^`\n]*`", "", text, flags=re.MULTILINE | re.DOTALL)
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", prose):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        other = (path.parent / target).resolve() if target else path
        if not other.exists() or (anchor and anchor not in slugs(other.read_text("utf-8"))):
            broken.append(link)
    assert not broken


# --------------------------------------------------------------------------- every file


def test_no_file_names_a_registry_or_this_machine() -> None:
    # written in two parts, so that this file passes as well
    hosts = [("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"), ("npmjs", "com")]
    words = [".".join(host) for host in hosts] + [str(ROOT)]
    found = []
    for path in files():
        if path.stat().st_size > 1_000_000:
            continue
        text = path.read_bytes().decode("utf-8", "replace")
        found += [f"{path.relative_to(ROOT)}: {word}" for word in words if word in text]
    assert not found


# ----------------------------------------------------------------------------- snippets


@pytest.mark.parametrize("snippet", snippets("json"))
def test_json_is_json(snippet: str) -> None:
    json.loads(snippet)


@pytest.mark.parametrize("snippet", snippets("toml"))
def test_toml_is_toml(snippet: str) -> None:
    tomli.loads(snippet)


def test_codes_in_settings_exist() -> None:
    codes = [
        *re.findall(r"ignore\[([\w-]+)\]", README),
        *(
            code
            for text in snippets("toml")
            for code in rules_of(tomli.loads(text).get("tool", {}))
        ),
        *(code for text in snippets("json") for code in rules_of({"ws-lsp": json.loads(text)})),
    ]
    assert codes
    assert set(codes) <= BY_CODE.keys()


def rules_of(tables: dict[str, Any]) -> Iterator[str]:
    """Yield the codes for which a severity is set."""
    section = tables.get("ws-lsp")
    if isinstance(section, dict):
        yield from section.get("rules", {})


@pytest.mark.parametrize("snippet", [*snippets("lua"), *snippets("elisp")])
def test_brackets_match(snippet: str) -> None:
    pairs = {")": "(", "]": "[", "}": "{"}
    opened: list[str] = []
    for character in re.sub(r"'[^'\n]*'(?=[ ,)\n])|\"[^\"\n]*\"", "", snippet):
        if character in pairs.values():
            opened.append(character)
        elif character in pairs:
            assert opened.pop() == pairs[character]
    assert not opened


@pytest.mark.skipif(shutil.which("emacs") is None, reason="no Emacs")
@pytest.mark.parametrize("snippet", snippets("elisp"))
def test_emacs_takes_the_snippet(snippet: str) -> None:
    command = ["emacs", "--batch", "--quick", "--eval", f"(progn {snippet})"]
    assert subprocess.run(command, check=False, timeout=60).returncode == 0


def shape(value: Any) -> Any:
    """Return the keys of a JSON value, all the way down; lists by their first item."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        return [shape(one) for one in value[:1]]
    return type(value).__name__


@pytest.mark.parametrize("command", ["check", "members"])
def test_json_of_commands_is_as_shown(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    execute([command, str(ACME), "--output-format", "json"])
    real = json.loads(capsys.readouterr().out)
    text = below(f"`ws-lsp {command} --output-format json`")
    shown = json.loads(text.partition("```json\n")[2].partition("```")[0])
    assert shape(shown) == shape(real)
    if command == "check":
        same = next(one for one in real if one["code"] == shown[0]["code"])
        assert shown[0]["message"] == same["message"]


def test_argument_of_sync_command() -> None:
    text = below("The command `ws-lsp.server.sync`")
    argument = json.loads(text.partition("```json\n")[2].partition("```")[0])
    assert SyncArguments(**argument).packages == "default"


def test_table_of_default_packages_is_what_runs() -> None:
    values: dict[str, str | tuple[str, ...] | None] = {
        '`["a", "b"]`': ("a", "b"),
        '`["a"]`': ("a",),
        '`"all"`': "all",
        "`[]`": (),
        "absent": None,
    }
    rows = [
        line.split(" | ") for line in below("Default packages").split("\n") if line.startswith("| ")
    ]
    shown = {row[0].removeprefix("| "): row[1].strip("`") for row in rows[1:]}
    assert shown.keys() == values.keys()
    for written, value in values.items():
        planned = plan(Target("ROOT", True, {"a", "b"}, value), Packages.DEFAULT, (0, 13, 9))
        assert isinstance(planned, Plan)
        commands = [f"uv {shlex.join(command)}" for command in planned.commands]
        assert commands == ([] if shown[written] == "nothing" else [shown[written]])


def test_ci_script_is_executable() -> None:
    if os.name != "nt":
        assert os.access(ROOT / ".ci" / "run", os.X_OK)
