"""`[tool.uv.sources]`: what uv refuses where a requirement uses it."""

from __future__ import annotations

from support import check, check_fix

LOWERING = ("unknown-source-extra", "unknown-index", "unusable-source")


def test_an_extra_or_group_must_require_the_package() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        [project.optional-dependencies]
        gpu = ["torch"]
        empty = []
        [dependency-groups]
        test = [{ include-group = "base" }]
        base = ["idna"]
        [tool.uv]
        dev-dependencies = ["ruff"]
        [[tool.uv.index]]
        name = "a"
        url = "https://a.example"
        [tool.uv.sources]
        torch = { index = "a", extra = "GPU" }
        idna = { index = "a", group = "test" }
        ruff = { index = "a", group = "dev" }
        one = { index = "a", extra = "cuda" }
        #                            ^^^^^^ error[unknown-source-extra]: There is no extra `cuda` in this file
        two = { index = "a", extra = "empty" }
        #                            ^^^^^^^ error[unknown-source-extra]: The extra `empty` does not require `two`
        Torch_ = { index = "a", group = "dev" }
        #                               ^^^^^ error[unknown-source-extra]: The group `dev` does not require `Torch_`
        """,
        LOWERING,
    )


def test_a_virtual_root_may_name_any_extra() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = []
        [tool.uv.sources]
        x = { path = "x", extra = "e" }
        """,
        LOWERING,
    )


def test_the_extra_that_requires_the_package_is_proposed() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        [project.optional-dependencies]
        gpu = ["torch"]
        [tool.uv.sources]
        torch = { path = "x", extra = "cuda" }
        """,
        "Replace with `gpu`",
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        [project.optional-dependencies]
        gpu = ["torch"]
        [tool.uv.sources]
        torch = { path = "x", extra = "gpu" }
        """,
    )


def test_indexes_are_declared_here_or_in_the_root() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        [[tool.uv.index]]
        name = "pytorch"
        url = "https://a.example"
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        dependencies = ["x", "y", "z"]
        [[tool.uv.index]]
        name = "own"
        url = "https://a.example"
        [tool.uv.sources]
        x = { index = "pytorch" }
        y = { index = "own" }
        z = { index = "pytorhc" }
        #             ^^^^^^^^^ error[unknown-index]: There is no index `pytorhc` in this file or the root. Did you mean `pytorch`?
        unused = { index = "nope" }
        #                  ^^^^^^ warning[unknown-index]: There is no index `nope` in this file or the root
        """,
        LOWERING,
    )


def test_sources_that_uv_cannot_use() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["a", "b", "c", "d", "e", "g", "h"]
        [tool.uv.sources]
        g = { url = "file:///g/g-1.zip" }
        #           ^^^^^^^^^^^^^^^^^^^ error[unusable-source]: uv fetches no `url` source by `file:`. Use a `path` source
        h = { url = "ftp://a.example/h.zip" }
        #           ^^^^^^^^^^^^^^^^^^^^^^^ error[unusable-source]: uv fetches no `url` source by `ftp:`. Write an `https:` URL
        a = { url = "https://a.example/a" }
        #           ^^^^^^^^^^^^^^^^^^^^^ error[unusable-source]: `https://a.example/a` does not end as an archive does (`.whl`, `.tar.gz`, `.zip`)
        b = { url = "https://a.example/b.zip#x" }
        #           ^^^^^^^^^^^^^^^^^^^^^^^^^^^ error[unusable-source]
        c = { git = "ftp://a.example/c" }
        #           ^^^^^^^^^^^^^^^^^^^ error[unusable-source]: `ftp:` is not supported. Write an `https:` or `ssh:` URL
        d = { path = "d-1.tar.gz", editable = true }
        #                                     ^^^^ error[unusable-source]: `d-1.tar.gz` is a file: only a directory can be editable
        e = { workspace = false }
        #                 ^^^^^ error[unusable-source]: `workspace = false` is not supported yet
        f = { workspace = false }
        #                 ^^^^^ warning[unusable-source]
        """,
        LOWERING,
    )


def test_a_repository_becomes_a_git_source() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [tool.uv.sources]
        idna = { url = "https://github.com/kjd/idna" }
        """,
        'Write `git = "https://github.com/kjd/idna"`',
        """
        #- /pyproject.toml
        [tool.uv.sources]
        idna = { git = "https://github.com/kjd/idna" }
        """,
    )
