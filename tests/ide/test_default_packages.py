"""The setting `default-packages` with other entries: what is not named stays as it is written."""

from __future__ import annotations

import pytest
from support import workspace

from ws_lsp.grammar.names import normalise
from ws_lsp.ide.default_packages import changed_default_packages
from ws_lsp.project.declarations import Home
from ws_lsp.text import apply_edits

MEMBERS = "".join(
    f'#- /packages/{name}/pyproject.toml\n[project]\nname = "{name}"\nversion = "1"\n'
    for name in ("core", "leaf", "My_Tools")
)
HEAD = '[tool.uv.workspace]\nmembers = ["packages/*"]\n'


def changed(root: str, add: str = "", remove: str = "", home: Home = Home.WS_LSP) -> str | None:
    snapshot = workspace(f"#- /pyproject.toml\n{root}{MEMBERS}")
    changes = changed_default_packages(
        snapshot,
        [normalise(name) for name in add.split()],
        {normalise(name) for name in remove.split()},
        home,
    )
    if changes is None:
        return None
    text = snapshot.root.text
    for change in changes:
        assert change.path == snapshot.root.path
        text = apply_edits(text, change.edits)
    return text


@pytest.mark.parametrize(
    ("before", "add", "remove", "after"),
    [
        ('["core"]', "leaf", "", '["core", "leaf"]'),
        ("['core']", "leaf", "", "['core', 'leaf']"),
        ("[]", "leaf my-tools", "", '["leaf", "my-tools"]'),
        ('["core", "typo"]', "leaf", "core", '["typo", "leaf"]'),
        ('["core", "MY.TOOLS", "my_tools"]', "", "my-tools", '["core"]'),
        ('["core"]', "Core", "leaf", '["core"]'),
        ('[\n  "core", # why\n  # above\n  "leaf",\n]', "my-tools", "leaf",
         '[\n  "core", # why\n  "my-tools",\n  # above\n]'),
        ('"all"', "leaf", "", '"all"'),
        ('"all"', "", "core", '["leaf", "my-tools"]'),
    ],
)  # fmt: skip
def test_packages_more_or_less(before: str, add: str, remove: str, after: str) -> None:
    root = f"{HEAD}[tool.ws-lsp]\ndefault-packages = {before} # kept\n"
    assert changed(root, add, remove) == root.replace(before, after)


@pytest.mark.parametrize(
    ("home", "header"), [(Home.WS_LSP, "[tool.ws-lsp]"), (Home.UV, "[tool.uv]")]
)
def test_a_setting_that_is_missing_comes_into_its_home(home: Home, header: str) -> None:
    written = changed(HEAD, "leaf", "core", home)
    assert written is not None
    assert f'{header}\ndefault-packages = ["leaf"]\n' in written
    assert HEAD in written
    assert changed(HEAD, "", "core", home) == HEAD


def test_a_setting_in_the_other_home_stays_there() -> None:
    root = f'{HEAD}[tool.uv]\ndefault-packages = ["core"]\n'
    assert changed(root, "leaf", "", Home.WS_LSP) == root.replace('["core"]', '["core", "leaf"]')


@pytest.mark.parametrize("value", ["7", '"core"', '["core"', "{ a = 1 }"])
def test_a_value_of_another_shape_is_left_alone(value: str) -> None:
    root = f"{HEAD}[tool.ws-lsp]\ndefault-packages = {value}\n"
    assert changed(root, "leaf") is None


def test_what_is_no_member_is_not_added() -> None:
    assert changed(HEAD, "gone") is None
