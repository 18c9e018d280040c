"""Diagnostics: of open and of closed files, sent when they differ and only then."""

from __future__ import annotations

import json
from pathlib import Path

from shapes import lattice, projects

from e2e.client import Client
from e2e.conftest import Project
from language_client.positions import apply_text_edits, position, units

TWO_MISTAKES = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.ws-lsp]
default-packages = ["alpah"]
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
dependencies = ["beta"]
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
"""
UNKNOWN, MISSING = "unknown-default-package", "missing-workspace-source"


def test_files_that_are_not_open_have_diagnostics_as_well(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES)
    client.wait_for_codes(place / "pyproject.toml", UNKNOWN)
    client.wait_for_codes(place / "packages/alpha/pyproject.toml", MISSING)
    assert client.diagnostics(place / "packages/beta/pyproject.toml") == []


def test_informations_are_those_of_open_files(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES.replace("[tool.ws-lsp]", 'exclude = ["nowhere"]\n[tool.ws-lsp]'))
    path = place / "pyproject.toml"
    client.wait_for_codes(path, UNKNOWN)
    root = client.open(path)
    client.wait_for_codes(path, "unmatched-exclude", UNKNOWN)
    client.close_document(root)
    client.wait_for_codes(path, UNKNOWN)


def test_a_diagnostic_says_where_and_what(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES)
    (diagnostic,) = client.wait_for_codes(place / "pyproject.toml", UNKNOWN)
    assert diagnostic["range"] == {
        "start": {"line": 3, "character": 20},
        "end": {"line": 3, "character": 27},
    }
    assert diagnostic["severity"] == 1
    assert diagnostic["source"] == "ws-lsp"
    assert "`alpah`" in diagnostic["message"]
    described = "codeDescription" in diagnostic
    assert described == bool(
        client.capabilities["textDocument"]["publishDiagnostics"].get("codeDescriptionSupport")
    )


def test_an_edit_mends_and_the_version_is_that_of_the_text(
    client: Client, project: Project
) -> None:
    place = project(TWO_MISTAKES)
    root = client.open(place / "pyproject.toml")
    client.settle()
    count = client.published[root.uri].count
    client.change(root, root.text.replace("alpah", "alpha"))
    client.wait_for_codes(root.uri)
    assert client.published[root.uri].version == 2
    assert client.published[root.uri].count == count + 1


def test_nothing_is_sent_again_while_it_is_the_same(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES)
    root = client.open(place / "pyproject.toml")
    client.settle()
    counts = {uri: known.count for uri, known in client.published.items()}
    client.change(root, f"{root.text}# a comment\n")
    client.save(root)
    client.settle()
    assert {uri: known.count for uri, known in client.published.items()} == counts


def test_an_unsaved_edit_counts_in_other_files(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES)
    beta = client.open(place / "packages/beta/pyproject.toml")
    client.change(beta, beta.text.replace('"beta"', '"gamma"'))
    client.wait_for_codes(place / "packages/alpha/pyproject.toml")
    client.change(beta, beta.text.replace('"gamma"', '"beta"'))
    client.wait_for_codes(place / "packages/alpha/pyproject.toml", MISSING)


def test_a_closed_unsaved_buffer_leaves_what_the_disk_says(
    client: Client, project: Project
) -> None:
    place = project(TWO_MISTAKES)
    root = client.open(place / "pyproject.toml")
    client.change(root, root.text.replace("alpah", "alpha"))
    client.wait_for_codes(root.uri)
    client.close_document(root)
    client.wait_for_codes(root.uri, UNKNOWN)


def test_a_burst_of_edits_is_a_few_publications(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES)
    root = client.open(place / "pyproject.toml")
    client.settle()
    count = client.published[root.uri].count
    wrong = root.text
    for number in range(1000):
        client.change(root, wrong.replace("alpah", f"nothing-{number}"))

    def last() -> bool:
        return any("`nothing-999`" in one["message"] for one in client.diagnostics(root.uri))

    client.wait(last, "the diagnostics of the last text")
    known = client.published[root.uri]
    assert known.version == 1001
    # what has arrived is one piece of work; while it is done, the next piece arrives
    assert known.count - count < 200


def test_one_write_of_many_edits_is_exactly_one_publication(
    client: Client, project: Project
) -> None:
    place = project(TWO_MISTAKES)
    root = client.open(place / "pyproject.toml")
    client.settle()
    count = client.published[root.uri].count
    messages = b""
    right = root.text.replace("alpah", "alpha")
    for version in range(2, 102):
        text = right if version % 2 else root.text
        about = {"uri": root.uri, "version": version}
        params = {"textDocument": about, "contentChanges": [{"text": text}]}
        message = {"jsonrpc": "2.0", "method": "textDocument/didChange", "params": params}
        body = json.dumps(message).encode()
        messages += b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    assert len(messages) < 65536  # so that it is read at once
    client.send_bytes(messages)
    root.version, root.text = 101, right
    client.wait_for_codes(root.uri)
    assert client.published[root.uri].count == count + 1
    assert client.published[root.uri].version == 101


def test_ranges_count_the_line_ends_that_lsp_knows(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES)
    path = place / "pyproject.toml"
    root = client.open(path, "# a\u2028b\u2029c\x85d 😀 \n" + path.read_text("utf-8"))
    wrong = root.text
    client.change(root, wrong.replace("alpah", "alpha"))
    client.wait_for_codes(root.uri)
    client.change(root, wrong)
    client.wait_for_codes(root.uri, "unknown-default-package")


def test_other_toml_files_are_none_of_our_business(
    client: Client, project: Project, tmp_path: Path
) -> None:
    place = project(TWO_MISTAKES)
    broken = '[tool.uv.workspace\nmembers = ["nothing'
    for name in ("Cargo.toml", "ruff.toml", "packages/alpha/poetry.lock", "my-pyproject.toml"):
        path = place / name
        path.write_text(broken)
        document = client.open(path)
        assert client.complete(document, len(broken)) == []
        assert client.code_actions(document, 0) == []
        client.change(document, broken + "\n")
        client.save(document)
        client.close_document(document)
    client.settle()
    ours = {(place / "pyproject.toml").as_uri(), (place / "packages/alpha/pyproject.toml").as_uri()}
    assert {uri for uri, known in client.published.items() if known.diagnostics} == ours


def test_a_project_without_uv_is_left_alone(client: Client, project: Project) -> None:
    place = project(
        """
        #- /pyproject.toml
        [project]
        name = "alone"
        version = "1"
        dependencies = ["requests"]
        [tool.black]
        line-length = 88
        """
    )
    document = client.open(place / "pyproject.toml")
    client.settle()
    assert client.diagnostics(document.uri) == []
    assert client.code_actions(document, document.text.index("requests")) == []


def test_a_file_that_becomes_broken_and_whole_again(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES)
    root = client.open(place / "pyproject.toml")
    whole = root.text
    client.change(root, whole.replace('["alpah"]', '["alpah"'))
    client.wait(lambda: "toml-syntax" in client.published[root.uri].codes or None, "a syntax error")
    client.change(root, whole.replace("alpah", "alpha"))
    client.wait_for_codes(root.uri)


def test_carriage_returns_count_as_line_breaks_only(client: Client, project: Project) -> None:
    place = project(TWO_MISTAKES)
    path = place / "pyproject.toml"
    text = path.read_text().replace("\n", "\r\n")
    root = client.open(path, text)
    client.change(root, "# first\r\n" + text)
    client.wait(lambda: client.published[root.uri].version == 2 or None, "the second version")
    (diagnostic,) = client.diagnostics(root.uri)
    assert diagnostic["range"] == {
        "start": {"line": 4, "character": 20},
        "end": {"line": 4, "character": 27},
    }
    (action, *_) = client.code_actions(root, diagnostic["range"])
    client.apply(action["edit"])
    assert root.text == "# first\r\n" + text.replace("alpah", "alpha")
    client.wait_for_codes(root.uri)


def test_related_places_are_in_other_files_where_the_client_shows_them(
    client: Client, project: Project
) -> None:
    place = project(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["*"]
        #- /a/pyproject.toml
        [project]
        name = "same"
        version = "1"
        #- /b/pyproject.toml
        [project]
        name = "same"
        version = "1"
        """
    )
    client.wait(
        lambda: (
            client.diagnostics(place / "a/pyproject.toml")
            or client.diagnostics(place / "b/pyproject.toml")
            or None
        ),
        "duplicate member",
    )
    client.settle()
    found = {
        path: one
        for path in (place / "a/pyproject.toml", place / "b/pyproject.toml")
        for one in client.diagnostics(path)
    }
    assert {one["code"] for one in found.values()} == {"duplicate-member"}
    for path, one in found.items():
        others = {related["location"]["uri"] for related in one["relatedInformation"]}
        assert others <= {other.as_uri() for other in found} | {
            (place / name / "pyproject.toml").as_uri() for name in "ab"
        }
        assert path.as_uri() not in others


def test_the_client_can_apply_edits_the_way_the_tests_do() -> None:
    edits = [
        {
            "range": {"start": {"line": 0, "character": 2}, "end": {"line": 0, "character": 3}},
            "newText": "X",
        }
    ]
    assert apply_text_edits("😀bc", edits, "utf-16") == "😀Xc"


UNDECLARED = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
[tool.uv.sources]
beta = { workspace = true }
[tool.ws-lsp.rules]
undeclared-import = "warning"
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
dependencies = []
[build-system]
requires = ["hatchling"]
#- /packages/alpha/src/alpha/__init__.py
"😀"; import beta
#- /packages/beta/pyproject.toml
[project]
name = "beta"
version = "1"
[build-system]
requires = ["hatchling"]
#- /packages/beta/src/beta/__init__.py
"""


def test_imports_that_are_not_declared(client: Client, project: Project) -> None:
    place = project(UNDECLARED)
    path, source = place / "packages/alpha/pyproject.toml", place / "packages/alpha/src/alpha"
    (diagnostic,) = client.wait_for_codes(path, "undeclared-import")
    for related in diagnostic.get("relatedInformation", []):
        assert Path(related["location"]["uri"].rpartition("/")[2]).name == "__init__.py"
        column = units('"😀"; ', client.encoding)
        assert related["location"]["range"]["start"] == {"line": 0, "character": column}
    document = client.open(path)
    text = document.text
    client.change(document, text.replace("[]", '["beta"]', 1))
    client.wait_for_codes(path)
    client.change(document, text)
    client.wait_for_codes(path, "undeclared-import")
    (source / "__init__.py").write_text("import alpha\n", encoding="utf-8")
    client.save(document)
    client.wait_for_codes(path)


def test_many_projects_that_all_lead_to_each_other(client: Client, project: Project) -> None:
    count = 100
    texts = projects(lattice(count), {0: '[dependency-groups]\nx = ["one=1"]\n'})
    place = project("".join(f"#- {path}\n{text}" for path, text in texts.items()))
    last = client.open(place / f"p{count - 1}/pyproject.toml")
    at = position(last.text, last.text.index("../p7"), client.encoding)
    where = {"textDocument": {"uri": last.uri}, "position": at}
    hover = client.request("textDocument/hover", where)
    assert hover["contents"]["value"] == "The project in `../p7`"
    found = client.wait_for_codes(last.uri, *["unusable-path"] * (count - 1))
    assert "`one=1` is not a valid requirement" in found[0]["message"]
    # an edit of one that all lead to, and another look
    first = client.open(place / "p0/pyproject.toml")
    client.change(first, first.text.replace("one=1", "one==1"))
    client.wait_for_codes(last.uri)
