"""Rules about a file as such."""

from __future__ import annotations

from pathlib import Path

import pytest
from special_files import KINDS, make_special, needs_pipes
from support import check, findings

from ws_lsp.analysis import Host
from ws_lsp.rules import files
from ws_lsp.vfs import LARGEST, from_native

CODES = frozenset(rule.code for rule in files.RULES)


def test_valid() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "acme"
        version = "1"
        requires-python = ">=3.11"
        urls = {
            home = "https://example.invalid",  # TOML 1.1
        }
        """
    )
    check("#- /pyproject.toml\n", CODES)


@pytest.mark.parametrize(
    "text",
    [
        "[tool.uv.workspace\n#                ^ error[toml-syntax]",
        "x =\n# ^ error[toml-syntax]",
        "x = 1\nx = 2\n#   ^ error[toml-syntax]",
        'x = "a\n#   ^^ error[toml-syntax]: The string is not closed',
        "x = ['a', 'b]\n#         ^^^ error[toml-syntax]: The string is not closed",
        "x = '''a\n#   ^^^^ error[toml-syntax]: The string is not closed",
        "x = 1\n<<<<<<< HEAD\n^^^^^^^^^^^^ error[toml-syntax]: The file has an unresolved merge conflict\n"
        "y = 1\n=======\ny = 2\n>>>>>>> other\n",
        "x = [\n<<<<<<< HEAD\n^^^^^^^^^^^^ error[toml-syntax]: The file has an unresolved merge conflict\n"
        "1,\n=======\n2,\n>>>>>>> other\n]\n",
        "x = [1,\n\n^ error[toml-syntax]",
        "x = nul\n#   ^ error[toml-syntax]",
        "é = 1\n^ error[toml-syntax]",
        "]\n^ error[toml-syntax]",
    ],
)
def test_syntax(text: str) -> None:
    check(f"#- /pyproject.toml\n{text}\n", {"toml-syntax"})


def test_the_message_is_a_sentence_without_its_place() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace
        #                ^ error[toml-syntax]: Expected ']' at the end of a table declaration
        """,
        CODES,
    )


def test_members_and_settings_are_read_too() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["core"]
        #- /uv.toml
        offline = yes
        #         ^ error[toml-syntax]
        #- /core/pyproject.toml
        project.name = "core"
        version
        #     ^ error[toml-syntax]
        """,
        CODES,
    )


@needs_pipes
@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b'x = "caf\xe9"\n', "stream did not contain valid UTF-8"),
        (b"#" * (LARGEST + 1), "it has more than 8 MiB, the most that ws-lsp reads"),
        (None, "Is a directory"),
        ("pipe", KINDS["pipe"]),
        ("/dev/zero", KINDS["/dev/zero"]),
    ],
    ids=["latin", "large", "directory", "pipe", "device"],
)
def test_a_file_that_is_no_text(tmp_path: Path, content: bytes | str | None, message: str) -> None:
    root = tmp_path / "pyproject.toml"
    root.write_text('[tool.uv.workspace]\nmembers = ["core"]\n')
    member = tmp_path / "core" / "pyproject.toml"
    member.parent.mkdir()
    if content is None:
        member.mkdir()
    elif isinstance(content, str):
        make_special(member, content)
    else:
        member.write_bytes(content)
    found = [
        finding
        for finding in findings(Host().snapshot(from_native(str(tmp_path))))
        if finding.code in CODES
    ]
    assert [
        (f"{one.severity.value}[{one.code}]", one.path, one.span, one.message) for one in found
    ] == [
        (
            "error[unreadable-file]",
            from_native(str(member)),
            (0, 0),
            f"`core/pyproject.toml` cannot be read: {message}",
        )
    ]


def test_the_page_says_how_much_is_read() -> None:
    assert f"more than {LARGEST >> 20} MiB" in files.unreadable_file.documentation


@pytest.mark.parametrize(
    ("value", "sound"),
    [
        (str(2**63 - 1), True), (str(-(2**63)), True), (str(2**63), False), ("0x8000000000000000", False),
        ("1e308", True), ("1e309", False), ("inf", True), ("1" + "0" * 400, False), ('"' + "9" * 50 + '"', True),
        ("1e-999", True), ("-0.0", True),
    ],
)  # fmt: skip
def test_numbers_of_a_project(value: str, sound: bool) -> None:
    expected = "" if sound else f"#        {'^' * len(value)} error[number-too-large]"
    check(
        f'#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\n[tool.x]\nlist = [ {value}]\n{expected}\n',
        CODES,
    )


def test_other_files_have_larger_numbers() -> None:
    check(
        f"""
#- /pyproject.toml
[tool.x]
small = {2**128 - 1}
large = {2**128}
#       {"^" * 39} error[number-too-large]
""",
        CODES,
    )


def test_what_a_mistake_leads_to_is_not_said_again() -> None:
    check("""
    #- /pyproject.toml
    [project]
    name = "a"
    version = "one"
    #         ^^^^^ error[invalid-version]
    requires-python = ">=3.11"
    dependencies = [
        "httpx",
        {% if with_cli %}
    #    ^ error[toml-syntax]
        "click>>8",
    #   ^^^^^^^^^^ error[invalid-requirement]
        {% endif %}
    ]
    [tool.uv]
    managd = true
    ^^^^^^ warning[unknown-setting]
    """)


def test_templates_of_projects_are_left_alone() -> None:
    check("""
    #- /{{cookiecutter.name}}/pyproject.toml
    [project]
    name = "{{ cookiecutter.name }}"
    {% if x %}
    """)


def test_keys_below_a_header_that_is_not_closed_belong_elsewhere() -> None:
    check("""
    #- /pyproject.toml
    [tool.uv
    #      ^ error[toml-syntax]
    name = "a"
    version = "one"
    [tool.ws-lsp]
    unknown = 1
    ^^^^^^^ warning[unknown-setting-of-ws-lsp]
    """)
