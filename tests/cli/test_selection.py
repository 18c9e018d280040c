"""The selectors on the command line: every command takes the same, and git says what has changed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from e2e.disk import environment, write
from processes import posix

WORKSPACE = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["app"]
#- /packages/app/pyproject.toml
[project]
name = "app"
version = "1.5"
requires-python = ">=3.11"
dependencies = ["core"]
[tool.uv.sources]
core = { workspace = true }
#- /packages/app/app.py
APP = 1
#- /packages/core/pyproject.toml
[project]
name = "core"
version = "1"
requires-python = ">=3.11"
#- /packages/core/core.py
CORE = 1
#- /packages/lone/pyproject.toml
[project]
name = "lone"
version = "1"
requires-python = ">=3.11"
#- /.gitignore
*.log
"""


class Repository:
    """A git repository in a directory, with nothing of this machine's settings."""

    def __init__(self, root: Path, home: Path) -> None:
        self.root = root
        self.environment = environment(
            home,
            GIT_CONFIG_GLOBAL=str(home / "gitconfig"),
            GIT_CONFIG_NOSYSTEM="1",
            GIT_CONFIG_COUNT="1",
            GIT_CONFIG_KEY_0="protocol.file.allow",
            GIT_CONFIG_VALUE_0="always",
        )
        (home / "gitconfig").write_text(
            "[user]\nname = someone\nemail = someone@example.com\n[init]\ndefaultBranch = main\n"
        )

    def git(self, *arguments: str, within: Path | None = None) -> None:
        subprocess.run(
            ["git", *arguments],
            cwd=within or self.root,
            env=self.environment,
            check=True,
            capture_output=True,
        )

    def commit(self) -> None:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "change")

    def run(self, *arguments: str, within: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "ws_lsp", *arguments],
            cwd=within or self.root,
            env=self.environment,
            capture_output=True,
            encoding="utf-8",
        )

    def members(self, *arguments: str, within: Path | None = None) -> list[str]:
        done = self.run("members", *arguments, within=within)
        assert done.returncode == 0, done.stderr
        return done.stdout.split()


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A workspace whose branch `work` began at `main`."""
    found = Repository(tmp_path / "repository", tmp_path / "home")
    write(found.root, WORKSPACE)
    found.git("init", "--quiet")
    found.commit()
    found.git("switch", "--quiet", "--create", "work")
    return found


def untracked(one: Repository) -> None:
    (one.root / "packages/core/new file.py").touch()


def not_ascii(one: Repository) -> None:
    (one.root / "packages/core/größe\t.py").touch()


def ignored(one: Repository) -> None:
    (one.root / "packages/core/x.log").touch()


def not_committed(one: Repository) -> None:
    (one.root / "packages/core/core.py").write_text("CORE = 2\n")


def staged(one: Repository) -> None:
    not_committed(one)
    one.git("add", "--all")


def committed(one: Repository) -> None:
    not_committed(one)
    one.commit()


def deleted(one: Repository) -> None:
    (one.root / "packages/core/core.py").unlink()


def moved(one: Repository) -> None:
    one.git("mv", "packages/core/core.py", "packages/lone/core.py")
    one.commit()


def undone(one: Repository) -> None:
    committed(one)
    one.git("revert", "--no-edit", "HEAD")


def changed_on_main(one: Repository) -> None:
    one.git("switch", "--quiet", "main")
    (one.root / "packages/lone/lone.py").touch()
    one.commit()
    one.git("switch", "--quiet", "work")
    committed(one)


def merged(one: Repository) -> None:
    changed_on_main(one)
    one.git("merge", "--quiet", "--no-edit", "main")


def of_no_member(one: Repository) -> None:
    (one.root / "README.md").touch()


def locked(one: Repository) -> None:
    (one.root / "uv.lock").write_text("version = 1\n")


@pytest.mark.parametrize(
    ("change", "members"),
    [
        (lambda one: None, []),
        (untracked, ["core"]),
        (not_ascii, ["core"]),
        (ignored, []),
        (not_committed, ["core"]),
        (staged, ["core"]),
        (committed, ["core"]),
        (deleted, ["core"]),
        (moved, ["core", "lone"]),
        (undone, []),
        (changed_on_main, ["core"]),
        (merged, ["core"]),
        (of_no_member, ["app", "core", "lone"]),
        (locked, ["app", "core", "lone"]),
    ],
)
def test_members_that_have_changed(
    repository: Repository, change: Callable[[Repository], None], members: list[str]
) -> None:
    change(repository)
    assert repository.members("--since", "main") == members


def test_a_changed_submodule_counts_for_the_members_in_it(
    repository: Repository, tmp_path: Path
) -> None:
    other = Repository(tmp_path / "other", tmp_path / "home")
    write(other.root, '#- /pyproject.toml\n[project]\nname = "sub"\nversion = "1"')
    other.git("init", "--quiet")
    other.commit()
    repository.git("submodule", "add", "--quiet", str(other.root), "packages/sub")
    repository.commit()
    assert repository.members("--since", "HEAD") == []
    (repository.root / "packages/sub/new.py").touch()
    assert repository.members("--since", "HEAD") == ["sub"]


def test_a_worktree_and_a_workspace_below_the_repository(
    repository: Repository, tmp_path: Path
) -> None:
    worktree = tmp_path / "worktree"
    repository.git("worktree", "add", "--quiet", "-b", "other", str(worktree))
    (worktree / "packages/lone/x").touch()
    assert repository.members("--since", "main", within=worktree) == ["lone"]
    write(repository.root / "deep/workspace", WORKSPACE)
    repository.commit()
    (repository.root / "frontend").touch()
    within = repository.root / "deep/workspace"
    assert repository.members("--since", "HEAD", within=within) == []
    (within / "packages/lone/x").touch()
    assert repository.members("--since", "HEAD", within=within / "packages") == ["lone"]


@posix
def test_in_a_hook_of_a_worktree(repository: Repository, tmp_path: Path) -> None:
    """git sets `GIT_DIR` there and no `GIT_WORK_TREE`: it would take any directory for the top."""
    write(repository.root / "deep", WORKSPACE)
    repository.commit()
    worktree = tmp_path / "worktree"
    repository.git("worktree", "add", "--quiet", "-b", "other", str(worktree))
    hook = repository.root / ".git" / "hooks" / "pre-commit"
    hook.parent.mkdir(exist_ok=True)
    said = tmp_path / "said"
    hook.write_text(
        f'#!/bin/sh\n"{sys.executable}" -m ws_lsp members deep --since work >"{said}" 2>&1\n'
    )
    hook.chmod(0o755)
    (worktree / "deep/packages/lone/x").touch()
    repository.git("add", "--all", within=worktree)
    repository.git("commit", "--quiet", "--message", "change", within=worktree)
    assert said.read_text() == "lone\n"


def test_why_git_does_not_say_what_has_changed(repository: Repository, tmp_path: Path) -> None:
    def refused(one: Repository, *arguments: str) -> str:
        done = one.run("members", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        return done.stderr

    assert (
        refused(repository, "--since", "nowhere") == "error: git knows no commit `nowhere` here\n"
    )
    # a reference is no option of git
    assert (
        refused(repository, "--since=--output=x")
        == "error: git knows no commit `--output=x` here\n"
    )
    clone = Repository(tmp_path / "clone", tmp_path / "home")
    committed(repository)
    repository.git("clone", "--quiet", "--depth=1", repository.root.as_uri(), str(clone.root))
    assert refused(clone, "--since", "main") == (
        "error: git knows no commit `main` here. "
        "The clone is shallow: fetch the history with `git fetch --unshallow`\n"
    )
    plain = Repository(tmp_path / "plain", tmp_path / "home")
    write(plain.root, WORKSPACE)
    assert refused(plain, "--since", "main").startswith(
        f"error: git does not look at `{plain.root}`: not a git repository"
    )
    plain.environment["PATH"] = str(tmp_path)
    assert refused(plain, "--since", "main") == (
        "error: `git` was not found. Install git, or select members by name\n"
    )


def test_no_program_that_a_repository_names_is_run(repository: Repository, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    hook = tmp_path / "hook"
    hook.write_text(f"#!/bin/sh\ntouch {trace}\n")
    hook.chmod(0o755)
    repository.git("config", "core.fsmonitor", str(hook))
    repository.git("config", "diff.external", str(hook))
    (repository.root / ".gitattributes").write_text("* diff=other\n")
    repository.git("config", "diff.other.textconv", str(hook))
    repository.git("-c", "core.fsmonitor=false", "add", "--all")
    not_committed(repository)
    assert repository.members("--since", "main") == ["app", "core", "lone"]
    assert not trace.exists()


@pytest.mark.parametrize(
    ("words", "members"),
    [
        (["--package", "core"], ["core"]),
        (["--package", "core", "--dependents"], ["app", "core"]),
        (["--dependencies", "--default"], ["app", "core"]),
        (["--since", "main", "--package", "lone"], ["core", "lone"]),
        (["--here", "packages/lone"], ["lone"]),
        (["--all"], ["app", "core", "lone"]),
    ],
)
def test_every_command_takes_the_same_words(
    repository: Repository, words: list[str], members: list[str]
) -> None:
    not_committed(repository)
    for name in ("app", "core", "lone"):
        manifest = repository.root / "packages" / name / "pyproject.toml"
        manifest.write_text(manifest.read_text() + '[tool.uv]\nno-such-key = "x"\n')
    repository.commit()
    repository.git("branch", "--force", "main")
    (repository.root / "packages/core/x").touch()
    assert repository.members(*words) == members
    graph = json.loads(repository.run("graph", "--format", "json", *words).stdout)
    assert graph["members"] == members
    found = json.loads(repository.run("check", "--output-format", "json", *words).stdout)
    paths = {Path(one["filename"]) for one in found}
    assert paths == {repository.root / "packages" / one / "pyproject.toml" for one in members}


def test_the_matrix_and_what_scripts_read(repository: Repository) -> None:
    done = repository.run("members", "--format", "matrix", "--package", "app")
    assert done.stdout == '{"include": [{"name": "app", "path": "packages/app"}]}\n'
    document = json.loads(repository.run("members", "--format", "json").stdout)
    assert document["members"][:2] == [
        {
            "name": "app",
            "path": str(repository.root / "packages/app"),
            "version": "1.5",
            "dependencies": ["core"],
            "dependents": [],
        },
        {
            "name": "core",
            "path": str(repository.root / "packages/core"),
            "version": "1",
            "dependencies": [],
            "dependents": ["app"],
        },
    ]


def test_the_configuration_of_a_user_hides_no_change(repository: Repository) -> None:
    repository.git("config", "diff.relative", "true")
    repository.environment["GIT_LITERAL_PATHSPECS"] = "1"
    not_committed(repository)
    (repository.root / "packages/lone/x").touch()
    within = repository.root / "packages/app"
    assert repository.members("--since", "main", str(repository.root), within=within) == [
        "core",
        "lone",
    ]


def test_a_root_behind_a_link(repository: Repository, tmp_path: Path) -> None:
    write(repository.root / "deep/workspace", WORKSPACE)
    repository.commit()
    (tmp_path / "link").symlink_to(repository.root / "deep/workspace")
    (repository.root / "deep/workspace/packages/core/x").touch()
    assert repository.members("--since", "HEAD", str(tmp_path / "link")) == ["core"]
    (repository.root / "deep/workspace/README.md").touch()
    assert repository.members("--since", "HEAD", str(tmp_path / "link")) == ["app", "core", "lone"]


def test_no_filter_of_a_repository_is_run(repository: Repository, tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    repository.git("config", "filter.x.clean", f"touch {trace}; cat")
    (repository.root / ".git/info/attributes").write_text("*.py filter=x\n")
    not_committed(repository)
    assert repository.members("--since", "main") == ["core"]
    assert not trace.exists()


def test_the_name_of_a_file_begins_no_line_of_a_log(repository: Repository) -> None:
    (repository.root / "a\n::error::x\x1b").touch()
    done = repository.run("members", "--since", "main")
    assert "\n::error" not in done.stderr
    assert "\x1b" not in done.stderr
