"""Which fixes are safe, and what the others may lose; fixes in bulk."""

from __future__ import annotations

import pytest
from support import findings, host_of, workspace

from ws_lsp.checking.findings import NO_RISK
from ws_lsp.checking.fixing import apply_fixes, fix_workspace
from ws_lsp.checking.suggestions import (
    COMMENT,
    GUESS,
    IN_FORCE,
    INVENTION,
    REMOVAL,
    TRANSLATION,
    UNCOMMENTED,
)
from ws_lsp.rules.catalogue import RULEBOOK
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import syntax_problem

MEMBERS = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'
CORE = """
#- /packages/core/pyproject.toml
[project]
name = "core"
version = "1"
"""


def sourced(source: str) -> str:
    """Return a workspace whose root requires a member, from a source."""
    project = '[project]\nname = "acme"\nversion = "1"\ndependencies = ["core"]\n'
    return f"{project}{MEMBERS}[tool.uv.sources]\ncore = {source}\n"


def listed(home: str, value: str, more: str = "") -> str:
    return f"[{home}]\ndefault-packages = {value}\n{more}\n{MEMBERS}"


ELSEWHERE = "What the source says of another place, and of a version, is lost"
BOTH = '[tool.ws-lsp]\ndefault-packages = ["core"]\n'


@pytest.mark.parametrize(
    ("root", "code", "title", "risk"),
    [
        # a place is more than the name of a member
        (sourced('{ path = "packages/core" }'), "member-from-elsewhere", "Write `{ workspace = true }`", NO_RISK),
        (sourced('{ path = "./packages/core", marker = "sys_platform == \'linux\'" }'), "member-from-elsewhere",
         "Write `{ workspace = true, marker = \"sys_platform == 'linux'\" }`", NO_RISK),
        (sourced('{ path = "packages/core", package = false }'), "member-from-elsewhere", "Write `{ workspace = true }`", ELSEWHERE),
        (sourced('{ path = "other/core" }'), "member-from-elsewhere", "Write `{ workspace = true }`", ELSEWHERE),
        (sourced('{ git = "https://a.example/core" }'), "member-from-elsewhere", "Write `{ workspace = true }`", ELSEWHERE),
        (sourced('{ git = "https://a.example/core", rev = "1a2b" }'), "member-from-elsewhere", "Write `{ workspace = true }`", ELSEWHERE),
        (sourced("{ workspace = false }"), "member-from-elsewhere", "Write `{ workspace = true }`", ELSEWHERE),
        # nobody invents a version
        (f'[project]\nname = "acme"\n{MEMBERS}', "missing-version", 'Add `version = "0.1.0"`', INVENTION),
        # one word for all, and names that are near
        (listed("tool.ws-lsp", '"ALL"'), "invalid-default-packages", 'Write `"all"`', NO_RISK),
        (listed("tool.ws-lsp", '"core"'), "invalid-default-packages", 'Write `["core"]`', NO_RISK),
        (listed("tool.ws-lsp", '["packages/core"]'), "unknown-default-package", "Replace with `core`", NO_RISK),
        (listed("tool.ws-lsp", '["cor"]'), "unknown-default-package", "Replace with `core`", GUESS),
        # comments stay
        (listed("tool.ws-lsp", '["core", "Core"]'), "duplicate-default-package", "Remove the second `Core`", NO_RISK),
        (listed("tool.ws-lsp", '[\n "core", # one\n "core",\n]'), "duplicate-default-package", "Remove the second `core`", NO_RISK),
        (listed("tool.ws-lsp", '[\n "core",\n "core", # two\n]'), "duplicate-default-package", "Remove the second `core`", COMMENT),
        (f'[project]\nname = "acme"\nversion = "1"\n[project.dependencies]\nidna = ">=3"\n{MEMBERS}', "invalid-value", 'Write `["idna>=3"]`', TRANSLATION),
        (f'[project]\nname = "acme"\nversion = "1"\n[project.dependencies]\n# why\nidna = ">=3"\n{MEMBERS}', "invalid-value", 'Write `["idna>=3"]`', UNCOMMENTED),
        # settings that uv has passed over
        (listed("tool.uv", '["core"] # c'), "dropped-settings", "Move `default-packages` to `[tool.ws-lsp]`", NO_RISK),
        (listed("tool.uv", '["core"]', "no-build = true"), "dropped-settings", "Move `default-packages` to `[tool.ws-lsp]`", IN_FORCE),
        (f'[tool.uv]\nno-build = "true"\n{MEMBERS}', "invalid-setting", "Write `true`", IN_FORCE),
        # two lists, of which one counts
        (BOTH + listed("tool.uv", '["core"]'), "shadowed-default-packages", "Remove this `default-packages`", NO_RISK),
        (BOTH + listed("tool.uv", '["core"] # c'), "shadowed-default-packages", "Remove this `default-packages`", COMMENT),
        (BOTH + listed("tool.uv", '["core"]', "no-build = true"), "shadowed-default-packages", "Remove this `default-packages`", IN_FORCE),
        (BOTH + listed("tool.uv", "[]"), "shadowed-default-packages", "Remove this `default-packages`", REMOVAL),
    ],
)  # fmt: skip
def test_a_fix_is_safe_or_says_what_it_may_lose(
    root: str, code: str, title: str, risk: str
) -> None:
    found = findings(workspace(f"#- /pyproject.toml\n{root}{CORE}"), {code})
    assert [(fix.title, fix.risk) for fix in found[0].fixes if fix.title == title] == [
        (title, risk)
    ]


def member(name: str, python: str) -> str:
    return f'[project]\nname = "{name}"\nversion = "1"\nrequires-python = "{python}"\n'


def test_two_that_disagree_do_not_only_change_their_views() -> None:
    texts = {
        "/pyproject.toml": MEMBERS,
        "/packages/a/pyproject.toml": member("a", ">=3.12"),
        "/packages/b/pyproject.toml": member("b", "<3.12,>=3.8"),
    }
    snapshot = host_of(texts).snapshot("/")
    assert apply_fixes(RULEBOOK, snapshot, snapshot.manifests) == ({}, 0)
    fixed = apply_fixes(RULEBOOK, snapshot, snapshot.manifests, unsafe=True)
    assert fixed.fixes == 1
    after = host_of({**texts, **fixed.texts}).snapshot("/")
    assert findings(after, {"disjoint-requires-python"}) == []


def test_a_workspace_is_looked_at_anew_as_long_as_fixes_change_it() -> None:
    host = host_of(
        {
            "/pyproject.toml": '[tool.uv.workspace]\nmembers = "packages/*"\n',
            "/packages/a/pyproject.toml": member("a", ">=3.12") + 'dependencies = ["b"]\n',
            "/packages/b/pyproject.toml": member("b", ">=3.12"),
        }
    )
    fixed = fix_workspace(RULEBOOK, host, "/")
    assert [*fixed.texts] == ["/pyproject.toml", "/packages/a/pyproject.toml"]
    assert fixed.texts["/packages/a/pyproject.toml"].endswith("b = { workspace = true }\n")
    assert fix_workspace(RULEBOOK, host, "/") == ({}, 0)


def test_two_fixes_do_not_add_the_same_table() -> None:
    host = host_of(
        {
            "/pyproject.toml": f'{MEMBERS}default-packages = ["a"]\n',
            "/uv.toml": "default-packages = ['a'] # ours\n",
            "/packages/a/pyproject.toml": member("a", ">=3.12"),
        }
    )
    fixed = fix_workspace(RULEBOOK, host, "/")
    assert fixed.texts == {
        "/pyproject.toml": f'{MEMBERS}\n[tool.ws-lsp]\ndefault-packages = ["a"]\n'
    }


def fixed(text: str, *, unsafe: bool = True) -> str:
    """Return the root after all fixes."""
    member = '[project]\nname = "b"\nversion = "1"\n'
    host = host_of({"/pyproject.toml": text, "/p/b/pyproject.toml": member})
    done = fix_workspace(RULEBOOK, host, "/", unsafe=unsafe)
    return done.texts.get("/pyproject.toml", text)


def test_two_fixes_that_make_the_same_table_leave_the_text_sound() -> None:
    text = (
        '[project]\nname = "a"\nversion = "1"\n[project.optional-dependencies]\nweb = []\n'
        '[tool.uv]\ndefault-groups = ["web"]\n[tool.uv.dependency-groups]\ndev = ["idna"]\n'
    )
    after = fixed(text)
    assert after.count("[dependency-groups]") == 1
    assert syntax_problem(parse(after)) is None


def test_patterns_are_looked_at_anew_when_one_is_gone() -> None:
    text = '[tool.uv.workspace]\nmembers = ["old/*", "p/*"]\n'
    assert fixed(text) == '[tool.uv.workspace]\nmembers = ["p/*"]\n'
