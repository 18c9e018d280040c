"""What uv warns of because of what files say: the real uv warns, and a finding is at the place.

`docs/warnings.md` is the list of all these warnings. Each that it gives a code for has a workspace here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from e2e.disk import write_files

from differential.cases import find_uv, run_uv
from differential.judge import needs_uv, settings_for
from ws_lsp.analysis import Host
from ws_lsp.checking.checker import Checker
from ws_lsp.checking.findings import Finding, Severity
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.vfs import from_native

PAGE = Path(__file__).resolve().parents[2] / "docs" / "warnings.md"
PROJECT = '[project]\nname = "root"\nversion = "1.0"\nrequires-python = ">=3.8"\n'
BUILT = PROJECT + '[build-system]\nrequires = ["uv_build>=0.9,<1"]\nbuild-backend = "uv_build"\n'
MODULE = {"src/root/__init__.py": ""}
WORKSPACE = '[tool.uv.workspace]\nmembers = ["m"]\n'
MEMBER = PROJECT.replace("root", "m")
FROM_PATH = '[tool.uv.sources]\nq = { path = "q" }\n'
INDEX = '[[tool.uv.index]]\nname = "there"\nurl = "simple"\nexplicit = true\n'
FROM_INDEX = 'dependencies = ["one"]\n[tool.uv.sources]\none = { index = "there" }\n'
LOWEST = '[tool.uv]\nresolution = "lowest-direct"\n'


@dataclass(frozen=True)
class Warned:
    """A workspace, a part of what uv says of it, the code of our finding and what that points to."""

    said: str
    code: str
    at: str
    texts: dict[str, str] = field(default_factory=dict)
    command: str = "lock"
    is_told_the_python: bool = True
    """Whether a variable names the interpreter, so that uv looks at no `.python-version`."""


def alone(rest: str, **others: str) -> dict[str, str]:
    """Return a single project that goes on with a text."""
    return {"pyproject.toml": PROJECT + rest, **others}


def with_member(rest: str, member: str) -> dict[str, str]:
    """Return a workspace of a project and a member that go on with texts."""
    return {"pyproject.toml": PROJECT + rest + WORKSPACE, "m/pyproject.toml": MEMBER + member}


def detached(member: str) -> dict[str, str]:
    """Return a project and a member, with a text, that does not find the workspace."""
    return {
        "pyproject.toml": PROJECT + WORKSPACE.replace('"m"', '"in/m"'),
        "in/pyproject.toml": "",
        "in/m/pyproject.toml": MEMBER + member,
    }


def built(rest: str) -> dict[str, str]:
    """Return a project that `uv_build` builds, with a text before its `[build-system]`."""
    return {"pyproject.toml": BUILT.replace("[build-system]", f"{rest}\n[build-system]"), **MODULE}


TABLE = {
    "settings that are no TOML": Warned(
        "during settings discovery", "toml-syntax", "v", alone("[tool.uv")
    ),
    "an unknown setting": Warned(
        "during settings discovery", "unknown-setting", "bogus", alone("[tool.uv]\nbogus = 1\n")
    ),
    "a setting of a wrong value": Warned(
        "during settings discovery",
        "invalid-setting",
        '"newest"',
        alone('[tool.uv]\nresolution = "newest"\n'),
    ),
    "default-packages": Warned(
        "during settings discovery",
        "dropped-settings",
        "default-packages",
        alone('[tool.uv]\ndefault-packages = ["root"]\noffline = true\n'),
    ),
    "settings beside a uv.toml": Warned(
        "will be ignored in favor",
        "masked-settings",
        "offline",
        alone("[tool.uv]\noffline = true\n", **{"uv.toml": ""}),
    ),
    "an older name": Warned(
        "`native-tls` setting is deprecated",
        "deprecated-setting",
        "native-tls",
        alone("[tool.uv]\nnative-tls = false\n"),
    ),
    "an older word": Warned(
        "pre-release mode is deprecated",
        "deprecated-setting",
        '"if-necessary-or-explicit"',
        alone('[tool.uv]\nprerelease = "if-necessary-or-explicit"\n'),
    ),
    "an unknown preview feature": Warned(
        "Unknown preview feature",
        "unknown-preview-feature",
        '"bogus"',
        alone('[tool.uv]\npreview-features = ["bogus"]\n'),
    ),
    "a preview feature without a cache": Warned(
        "has no effect when `--no-cache`",
        "ineffective-preview-feature",
        "no-cache",
        alone("[tool.uv]\nno-cache = true\npreview = true\n"),
    ),
    "a setting of libc": Warned(
        "Setting `minimum-libc-version` is experimental",
        "experimental-setting",
        "minimum-libc-version",
        alone('[tool.uv]\nminimum-libc-version = { glibc = "2.31" }\n'),
    ),
    "hashes of builds": Warned(
        "`--require-build-hashes` option is experimental",
        "experimental-setting",
        "require-build-hashes",
        alone("[tool.uv]\nrequire-build-hashes = true\n"),
    ),
    "a conflict of packages": Warned(
        "Declaring conflicts for packages",
        "experimental-setting",
        "package",
        with_member(
            "[dependency-groups]\na = []\n[tool.uv]\n"
            'conflicts = [[{ package = "m" }, { package = "root", group = "a" }]]\n',
            "",
        ),
    ),
    "a look for malware": Warned(
        "Malware checks are experimental",
        "experimental-setting",
        "malware-check",
        alone("[tool.uv.audit]\nmalware-check = true\n"),
        "sync",
    ),
    "a date of an index": Warned(
        "Setting `exclude-newer` on configured indexes",
        "experimental-setting",
        "exclude-newer",
        alone(FROM_INDEX + INDEX + "exclude-newer = false\n"),
    ),
    "dates of packages of an index": Warned(
        "Setting `exclude-newer` on configured indexes",
        "experimental-setting",
        "exclude-newer-package",
        alone(FROM_INDEX + INDEX + "exclude-newer-package = { one = false }\n"),
    ),
    "a hash of an index": Warned(
        "Setting `hash-algorithm` on configured indexes",
        "experimental-setting",
        "hash-algorithm",
        alone(FROM_INDEX + INDEX + 'hash-algorithm = "sha256"\n'),
    ),
    "old groups of a member": Warned(
        "`tool.uv.dev-dependencies` field",
        "deprecated-dev-dependencies",
        "dev-dependencies",
        with_member("", "[tool.uv]\ndev-dependencies = []\n"),
    ),
    "a range that `~=` makes": Warned(
        "uses the tilde specifier",
        "ambiguous-requires-python",
        '"~=3.8"',
        {"pyproject.toml": PROJECT.replace(">=3.8", "~=3.8")},
    ),
    "no range of Python versions": Warned(
        "No `requires-python` value found",
        "missing-requires-python",
        "project",
        {"pyproject.toml": PROJECT.replace('requires-python = ">=3.8"\n', "")},
    ),
    "a range without a lower bound": Warned(
        "does not contain a lower bound",
        "unbounded-requires-python",
        '"<4"',
        {"pyproject.toml": PROJECT.replace(">=3.8", "<4")},
    ),
    "a Python version with a comment": Warned(
        "Ignoring unsupported Python request `3.11 # ours`",
        "unsupported-python-request",
        "project",
        alone("", **{".python-version": "3.11 # ours\n"}),
        is_told_the_python=False,
    ),
    "no lower bound in a member": Warned(
        "The direct dependency `one` is unpinned",
        "unpinned-requirement",
        '"one<9"',
        with_member(LOWEST, 'dependencies = ["one<9"]\n'),
    ),
    "no lower bound in a group": Warned(
        "The direct dependency `one` is unpinned",
        "unpinned-requirement",
        '"one"',
        alone('[dependency-groups]\na = ["one"]\n', **{"uv.toml": 'resolution = "lowest"\n'}),
    ),
    "an extra of a member": Warned(
        "does not have an extra named `fsat`",
        "unknown-member-extra",
        "fsat",
        with_member(
            'dependencies = ["m[fsat]"]\n[tool.uv.sources]\nm = { workspace = true }\n', ""
        ),
    ),
    "an own extra in a group": Warned(
        "does not have an extra named `fsat`",
        "unknown-member-extra",
        "fsat",
        alone('[dependency-groups]\na = ["root[fsat]"]\n'),
    ),
    "an extra of a project at a path": Warned(
        "does not have an extra named `fsat`",
        "unknown-member-extra",
        "fsat",
        alone(
            'dependencies = ["q[fsat]"]\n' + FROM_PATH,
            **{"q/pyproject.toml": MEMBER.replace('"m"', '"q"')},
        ),
    ),
    "an extra of a member that a detached one requires": Warned(
        "does not have an extra named `fsat`",
        "unknown-member-extra",
        "fsat",
        detached('dependencies = ["root[fsat]"]\n'),
    ),
    "a path to no project": Warned(
        "does not appear to be a Python project",
        "unusable-path",
        '"q"',
        alone('dependencies = ["q"]\n' + FROM_PATH, **{"q/pyproject.toml": "[tool.other]\n"}),
    ),
    "a path to a root without a project": Warned(
        "appears to be a workspace root without a Python project",
        "unusable-path",
        '"q"',
        alone(
            'dependencies = ["q"]\n' + FROM_PATH, **{"q/pyproject.toml": "[tool.uv.workspace]\n"}
        ),
    ),
    "scripts of no package": Warned(
        "Skipping installation of entry points",
        "unpackaged-scripts",
        "scripts",
        alone('scripts = { a = "root:main" }\n'),
        "sync",
    ),
    "scripts of a detached member": Warned(
        "Skipping installation of entry points",
        "unpackaged-scripts",
        "scripts",
        detached('scripts = { a = "m:main" }\n'),
        "sync --all-packages",
    ),
    "a script called activate": Warned(
        "is reserved for virtual environment activation",
        "reserved-script",
        "activate",
        built('scripts = { activate = "root:main" }'),
        "sync",
    ),
    "settings of another backend": Warned(
        "defines settings for `uv_build`",
        "ignored-build-settings",
        "build-backend",
        alone(
            '[build-system]\nrequires = ["one"]\nbuild-backend = "one"\n'
            '[tool.uv.build-backend]\nmodule-name = "root"\n'
        ),
        "sync",
    ),
    "settings of no backend": Warned(
        "but the `build-system` table is missing",
        "ignored-build-settings",
        "build-backend",
        alone('[tool.uv]\npackage = true\n[tool.uv.build-backend]\nmodule-name = "root"\n'),
        "sync",
    ),
    "a classifier of a licence": Warned(
        "Found license classifier",
        "license-classifier",
        '"License :: OSI Approved"',
        built('classifiers = ["License :: OSI Approved"]'),
        "sync",
    ),
    "a module twice": Warned(
        "Ignoring redundant module name",
        "redundant-module",
        '"root.a"',
        built('[tool.uv.build-backend]\nmodule-name = ["root", "root.a"]'),
        "sync",
    ),
    "another version of uv_build": Warned(
        "does not contain the current uv version",
        "uv-build-version",
        '"uv_build>=0.9,<0.10"',
        {"pyproject.toml": BUILT.replace("<1", "<0.10"), **MODULE},
        "sync",
    ),
}


def _findings(root: Path) -> Iterator[tuple[Finding, str]]:
    """Yield what is found in the workspace in a directory, each with the text that it points to."""
    host = Host()
    start = from_native(str(root))
    snapshot = host.snapshot(host.root_of_directory(start) or start)
    for some in Checker(RULEBOOK).findings(snapshot).values():
        for one in some:
            text = Path(one.path).read_text(encoding="utf-8")
            yield one, text[one.span.start : one.span.end]


@needs_uv
@pytest.mark.parametrize("warned", TABLE.values(), ids=TABLE.keys())
def test_what_uv_warns_of_is_found(warned: Warned, tmp_path: Path, index: Path) -> None:
    root = tmp_path.resolve() / "ws"
    root.mkdir()
    write_files(root, warned.texts)
    (root / "simple").symlink_to(index / "simple")
    settings = settings_for(index) | {"UV_CACHE_DIR": str(tmp_path / "cache")}
    if not warned.is_told_the_python:
        del settings["UV_PYTHON"]
    answer = run_uv(find_uv() or "", *warned.command.split(), cwd=root, settings=settings)
    said = " ".join(re.sub(r"\s+", " ", line).strip() for line in answer.err.splitlines())
    assert warned.said in said, answer.err
    found = [(one, text) for one, text in _findings(root) if one.code == warned.code]
    assert found, f"no finding {warned.code}"
    assert all(one.severity in (Severity.ERROR, Severity.WARNING) for one, _ in found)
    assert warned.at in [text for _, text in found]


def test_the_page_lists_the_codes_that_are_compared() -> None:
    page = PAGE.read_text(encoding="utf-8")
    _, reported, left_out = page.split("\n## ")
    codes = set(re.findall(r"\]\(rules/([a-z-]+)\.md\)", reported))
    assert {warned.code for warned in TABLE.values()} == codes
    assert "](rules/" not in left_out
