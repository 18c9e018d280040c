"""Comments that silence findings, and those that silence none."""

from __future__ import annotations

from support import check, check_fix


def test_a_comment_that_silences_something_is_needed() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "x"  # ws-lsp: ignore[invalid-version]
        dependencies = ["b=1"]  # ws-lsp: ignore
        readme = "none.md"  # ws-lsp: ignore[outdated-lockfile, unneeded-members]
        [tool.ws-lsp.rules]
        missing-file = "off"
        """
    )


def test_a_comment_that_silences_nothing_is_told() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "a"  # ws-lsp: ignore[invalid-name, missing-versoin]
        #                            ^^^^^^^^^^^^ information[unused-ignore]: This line has no `invalid-name` to ignore
        #                                          ^^^^^^^^^^^^^^^ warning[unused-ignore]: There is no rule `missing-versoin`. Did you mean `missing-version`?
        version = "1"  # ws-lsp: ignore  # why
        #            ^^^^^^^^^^^^^^^^^^ information[unused-ignore]: This line has nothing to ignore
        dependencies = ["b=1"]  # ws-lsp: ignore[invalid-value]
        #               ^^^^^ error[invalid-requirement]
        #                                        ^^^^^^^^^^^^^ information[unused-ignore]: This line has no `invalid-value` to ignore
        description = "A"  # ws-lsp: ignore[unused-ignore, invalid-value]
        """
    )


def test_the_comment_goes() -> None:
    check_fix(
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"  # ws-lsp: ignore[invalid-version]  # the first
        """,
        "Remove the comment",
        """
        #- /pyproject.toml
        [project]
        name = "a"
        version = "1"  # the first
        """,
    )


def test_a_line_of_a_string_is_no_comment() -> None:
    check('''
    #- /pyproject.toml
    [project]
    name = "a"
    version = "1"
    description = """
    text # ws-lsp: ignore
    """
    ''')
