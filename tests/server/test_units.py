"""The server's parts without a transport: session, publisher, conversions, the splitter."""

from __future__ import annotations

import gc
import itertools
import os
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from e2e.client import PROFILES, profile
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types
from lsprotocol.converters import get_converter
from support import host_of

from language_client.positions import replacement
from ws_lsp.checking.findings import Change
from ws_lsp.ide.hints import HintKinds
from ws_lsp.ide.lenses import LensKinds
from ws_lsp.project.versions import NEWEST
from ws_lsp.server.capabilities import Capabilities
from ws_lsp.server.edits import workspace_edit
from ws_lsp.server.positions import changed_text
from ws_lsp.server.publish import Publisher
from ws_lsp.server.session import Document, Session, manifest_path
from ws_lsp.server.settings import OnSave, Settings
from ws_lsp.server.transport import Splitter
from ws_lsp.server.uris import path_of, uri_of
from ws_lsp.text import Edit, Encoding, LineIndex, Span
from ws_lsp.toml.tree import Tree

WRONG = '[tool.uv.workspace]\nmembers = ["*"]\n[tool.ws-lsp]\ndefault-packages = ["b"]\n'
FILES = {
    "/w/pyproject.toml": WRONG,
    "/w/a/pyproject.toml": '[project]\nname = "a"\nversion = "1"\n',
}
ROOT_URI = "file:///w/pyproject.toml"


def capabilities(announced: dict[str, Any]) -> Capabilities:
    structured = get_converter().structure(announced, types.ClientCapabilities)
    return Capabilities.of(structured)


# -------------------------------------------------------------------- changes of a text

TEXTS = st.text(st.sampled_from("a é😀\n\r\u2028\u2029\x85\x0b"), max_size=12)


def changed(text: str, changes: list[dict[str, Any]], encoding: Encoding) -> str:
    params = {"textDocument": {"uri": ROOT_URI, "version": 2}, "contentChanges": changes}
    structured = get_converter().structure(params, types.DidChangeTextDocumentParams)
    return changed_text(LineIndex(text), structured.content_changes, encoding)


@given(st.lists(TEXTS, min_size=1, max_size=4), st.sampled_from(Encoding))
def test_changes_lead_from_text_to_text(texts: list[str], encoding: Encoding) -> None:
    steps = itertools.pairwise(texts)
    changes = [replacement(before, after, encoding.value) for before, after in steps]
    assert changed(texts[0], changes, encoding) == texts[-1]


@given(TEXTS, TEXTS, st.lists(st.integers(0, 15), min_size=4, max_size=4))
def test_a_range_that_does_not_fit_raises_nothing(text: str, new: str, place: list[int]) -> None:
    start, end = (
        dict(zip(("line", "character"), one, strict=True)) for one in (place[:2], place[2:])
    )
    change: dict[str, Any] = {"range": {"start": start, "end": end}, "text": new}
    assert new in changed(text, [change], Encoding.UTF_16)


def test_a_change_without_a_range_is_the_whole_text() -> None:
    start = {"line": 0, "character": 0}
    changes: list[dict[str, Any]] = [
        {"text": "b\n"},
        {"range": {"start": start, "end": start}, "text": "a"},
    ]
    assert changed("old\n", changes, Encoding.UTF_16) == "ab\n"


# ------------------------------------------------------------------------------- URIs


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///w/pyproject.toml", "/w/pyproject.toml"),
        ("file://localhost/w", "/w"),
        ("file:///c%3A/w", "C:/w"),
        ("file:///c:/w", "C:/w"),
        ("file:///C:/w", "C:/w"),
        ("file:///C:/", "C:/"),
        ("file://server/share/w", "//server/share/w"),
        ("file:///w/a%20b%25%23", "/w/a b%#"),
        ("file:///w/%C3%BC", "/w/ü"),
        ("file:///w/%FF", "/w/\udcff"),
        ("file:///w/./x/../y//z/", "/w/y/z"),
        ("untitled:Untitled-1", None),
        ("git:/w/pyproject.toml", None),
        ("", None),
        ("file://[", None),
        ("file://[::1/w", None),
    ],
)
def test_the_path_of_a_uri(uri: str, path: str | None) -> None:
    assert path_of(uri) == path


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("/w/a b", "file:///w/a%20b"),
        ("C:/w", "file:///C%3A/w"),
        ("//server/share", "file://server/share"),
        ("/w/100%#?", "file:///w/100%25%23%3F"),
        (os.fsdecode(b"/w/\xff"), "file:///w/%FF"),
    ],
)
def test_the_uri_of_a_path(path: str, uri: str) -> None:
    assert uri_of(path) == uri


_names = st.text(st.characters(exclude_characters="/\\\0", codec="utf-8"), min_size=1).filter(
    lambda name: name not in (".", "..")
)


@given(st.lists(_names, min_size=1), st.sampled_from(["/", "C:/", "//server/share/"]))
def test_a_path_comes_back(parts: list[str], root: str) -> None:
    path = root + "/".join(parts)
    if root == "/" and parts[0][1:2] == ":" and len(parts[0]) == 2:
        return  # `/c:` is a drive to a URI
    assert path_of(uri_of(path)) == path


@pytest.mark.parametrize("name", ["Cargo.toml", "my-pyproject.toml", "pyproject.toml.bak", ""])
def test_other_files_are_not_ours(name: str) -> None:
    assert manifest_path(f"file:///w/{name}") is None


# ----------------------------------------------------------------------- capabilities


@pytest.mark.parametrize("name", PROFILES)
def test_what_an_editor_can(name: str) -> None:
    client = capabilities(profile(name))
    code = name == "visual-studio-code"
    assert client.encoding is (Encoding.UTF_16 if code else Encoding.UTF_8)
    assert client.document_changes is code
    assert client.watched_files is code
    assert client.code_description is code
    assert client.code_action_literals
    assert client.preferred_actions
    assert client.work_done_progress
    assert client.related_information


def test_a_client_that_can_everything() -> None:
    """VS Code announces all that we know, so each name that we read by is one of LSP's."""
    client = capabilities(profile("visual-studio-code"))
    assert {name for name, value in client._asdict().items() if value is False} == set()


def test_the_commands_of_a_client_are_among_its_options() -> None:
    for options, commands in (
        ({"commands": ["a", 7, "b"]}, {"a", "b"}),
        ({"commands": "a"}, set()),
        ({}, set()),
        (None, set()),
        (["commands"], set()),
    ):
        assert Capabilities.of(types.ClientCapabilities(), options).commands == commands


@pytest.mark.parametrize(
    "announced",
    [
        {},
        {"general": {}, "workspace": {}, "textDocument": {}, "window": {}},
        {"general": {"positionEncodings": []}},
        {"general": {"positionEncodings": ["utf-7"]}},
        {"textDocument": {"completion": {}, "codeAction": {}, "publishDiagnostics": {}}},
    ],
)
def test_a_client_that_can_nothing(announced: dict[str, Any]) -> None:
    client = capabilities(announced)
    assert client.encoding is Encoding.UTF_16
    flags = {name: getattr(client, name) for name in client._fields}
    assert {name for name, value in flags.items() if value is True} == set()
    assert client.completion_kinds == frozenset(range(1, 19))


# ------------------------------------------------------------------------------ edits


CHANGE = Change("/w/pyproject.toml", (Edit(Span(0, 1), "x"),))
CREATE = Change("/w/n/pyproject.toml", (Edit(Span(0, 0), "new"),), create=True)


def edit_for(announced: dict[str, Any], *changes: Change, risk: str = "") -> dict[str, Any] | None:
    snapshot = host_of(FILES).snapshot("/w")
    client = capabilities({"workspace": {"workspaceEdit": announced}})
    opened = {"/w/pyproject.toml": Document(ROOT_URI, 7)}
    return workspace_edit(snapshot, changes, "Mend it", opened, client, risk)


def test_the_plain_form_of_an_edit() -> None:
    edit = edit_for({}, CHANGE)
    assert edit is not None
    assert list(edit) == ["changes"]
    (written,) = edit["changes"][ROOT_URI]
    assert written["newText"] == "x"


def test_the_form_with_versions_and_files() -> None:
    edit = edit_for({"documentChanges": True, "resourceOperations": ["create"]}, CHANGE, CREATE)
    assert edit is not None
    first, create, second = edit["documentChanges"]
    assert first["textDocument"] == {"uri": ROOT_URI, "version": 7}
    assert (create["kind"], create["uri"]) == ("create", "file:///w/n/pyproject.toml")
    assert second["textDocument"] == {"uri": "file:///w/n/pyproject.toml", "version": None}


@pytest.mark.parametrize(
    "announced", [{}, {"documentChanges": True}, {"resourceOperations": ["create"]}]
)
def test_a_file_that_cannot_be_created_is_no_edit(announced: dict[str, Any]) -> None:
    assert edit_for(announced, CREATE) is None


ANNOTATED = {
    "documentChanges": True,
    "resourceOperations": ["create"],
    "changeAnnotationSupport": {},
}


def test_what_is_changed_in_closed_files_is_annotated() -> None:
    closed = Change("/w/a/pyproject.toml", (Edit(Span(0, 1), "x"),))
    edit = edit_for(ANNOTATED, CHANGE, closed, CREATE)
    assert edit is not None
    opened, changed_, _, created = edit["documentChanges"]
    assert [one.get("annotationId") for one in opened["edits"] + created["edits"]] == [None, None]
    (written,) = changed_["edits"]
    (about,) = [edit["changeAnnotations"][written["annotationId"]]]
    assert about["label"] == "Mend it"
    assert about["needsConfirmation"] is False


def test_what_a_change_may_lose_is_annotated_everywhere() -> None:
    closed = Change("/w/a/pyproject.toml", (Edit(Span(0, 1), "x"),))
    edit = edit_for(ANNOTATED, CHANGE, closed, CREATE, risk="All is lost")
    assert edit is not None
    said = [
        edit["changeAnnotations"][one["annotationId"]]["description"]
        for change in edit["documentChanges"]
        for one in change.get("edits", ())
    ]
    assert said == ["All is lost", "In files that are not open. All is lost", "All is lost"]


def test_nothing_is_annotated_where_there_is_no_need() -> None:
    edit = edit_for(ANNOTATED, CHANGE, CREATE)
    assert edit is not None
    assert list(edit) == ["documentChanges"]


# ----------------------------------------------------------------------------- settings


def test_a_section_counts_as_a_whole() -> None:
    sent = {"uv": {"path": "/uv"}, "sync": {"exact": False, "onSave": "lock"}}
    settings = Settings().after(sent)
    assert (settings.uv_path, settings.sync_exact, settings.on_save) == ("/uv", False, OnSave.LOCK)
    assert settings.after({"rules": {"x": "off", "y": 7}}) == settings._replace(
        rule_levels={"x": "off"}
    )
    assert settings.after({"sync": {"askForUnsavedFiles": False}}) == Settings(
        uv_path="/uv", ask_for_unsaved_files=False
    )
    assert settings.after({"uv": None, "sync": None}) == Settings()


@pytest.mark.parametrize(
    ("sent", "on_save"),
    [
        ({"lockCheckOnSave": True}, OnSave.CHECK),
        ({"lockCheckOnSave": "yes"}, OnSave.OFF),
        ({"lockCheckOnSave": None}, OnSave.OFF),
        ({"lockCheckOnSave": True, "sync": {"onSave": "default"}}, OnSave.DEFAULT),
        ({"lockCheckOnSave": True, "sync": {"onSave": "off"}}, OnSave.CHECK),
        ({"sync": {"onSave": ["lock"]}}, OnSave.OFF),
        ({"sync": 7}, OnSave.LOCK),
        ({}, OnSave.LOCK),
    ],
)
def test_what_is_done_on_save(sent: dict[str, Any], on_save: OnSave) -> None:
    assert Settings(on_save=OnSave.LOCK).after(sent).on_save is on_save


def test_hints_and_lenses_are_chosen_by_their_names() -> None:
    sent = {"inlayHints": {"paths": False}, "codeLens": {"defaultPackages": False, "sync": 0}}
    settings = Settings().after(sent)
    assert settings.hint_kinds == HintKinds(paths=False)
    assert settings.lens_kinds == LensKinds(default_packages=False)
    assert settings.after({"inlayHints": {}, "codeLens": 7}) == Settings()


@pytest.mark.parametrize(
    ("sent", "level"), [("debug", "DEBUG"), ("loud", "WARNING"), (None, "WARNING"), (7, "WARNING")]
)
def test_the_level_of_the_log(sent: Any, level: str) -> None:
    assert Settings(log_level="INFO").after({"logLevel": sent}).log_level == level


@pytest.mark.parametrize("sent", [None, 7, [], "x", {"uv": {"path": 7}, "rules": [], "other": 1}])
def test_what_has_another_shape_is_no_setting(sent: Any) -> None:
    assert Settings(uv_path="/uv").after(sent) == Settings(uv_path="/uv")


# ---------------------------------------------------------------------------- publisher


class Loop:
    """A scheduler whose turns the test takes."""

    def __init__(self) -> None:
        self.calls: list[Callable[[], None]] = []

    def call_soon(self, callback: Callable[[], None]) -> object:
        self.calls.append(callback)
        return None

    def turn(self) -> None:
        calls, self.calls = self.calls, []
        for call in calls:
            call()


class Stage:
    """A session, its publisher, and what was sent."""

    def __init__(self, files: Mapping[str, str] = FILES) -> None:
        self.session = Session(host_of(files))
        self.loop = Loop()
        self.sent: list[tuple[str, int | None, list[str]]] = []
        self.publisher = Publisher(self.session, capabilities({}), self.send, self.loop)
        self.session.change_folders(["file:///w"], [])
        self.publisher.poke()

    def send(self, uri: str, version: int | None, diagnostics: list[dict[str, Any]]) -> None:
        self.sent.append((uri, version, [one["code"] for one in diagnostics]))

    def turns(self) -> list[tuple[str, int | None, list[str]]]:
        while self.loop.calls:
            self.loop.turn()
        sent, self.sent = self.sent, []
        return [
            (uri, version, [code for code in codes if code == "unknown-default-package"])
            for uri, version, codes in sent
        ]


UNKNOWN = ["unknown-default-package"]
RIGHT = WRONG.replace('"b"', '"a"')


def test_many_pokes_are_one_run() -> None:
    stage = Stage()
    for _ in range(100):
        stage.publisher.poke()
    assert len(stage.loop.calls) == 1
    assert stage.turns() == [(ROOT_URI, None, UNKNOWN)]
    stage.publisher.poke()
    assert stage.turns() == []


def test_open_files_come_first() -> None:
    member, text = "/w/z/pyproject.toml", '[project]\nname = "a b"\nversion = "1"\n'
    stage = Stage({**FILES, member: text})
    stage.session.open(f"file://{member}", text, 1)
    assert [uri for uri, _, _ in stage.turns()] == [f"file://{member}", ROOT_URI]


def test_closed_files_have_no_trees() -> None:
    mark = "# of the files that have no trees\n"
    stage = Stage({path: text + mark for path, text in FILES.items()})
    stage.session.open(ROOT_URI, WRONG + mark, 1)
    assert stage.turns()
    trees = [one for one in gc.get_objects() if isinstance(one, Tree) and mark in one.text]
    assert [tree.text for tree in trees] == [WRONG + mark]


def test_the_last_text_counts() -> None:
    stage = Stage()
    stage.turns()
    stage.session.open(ROOT_URI, WRONG, 1)
    for version in range(2, 50):
        stage.session.change(ROOT_URI, WRONG if version % 2 else RIGHT, version)
        stage.publisher.poke()
    stage.session.change(ROOT_URI, RIGHT, 50)
    sent = stage.turns()
    assert [one[1:] for one in sent] == [(50, [])]


def test_another_spelling_of_the_uri_is_taken_over() -> None:
    stage = Stage()
    stage.turns()
    other = "file:///w/%70yproject.toml"
    stage.session.open(other, WRONG, 1)
    stage.publisher.poke()
    assert stage.turns() == [(ROOT_URI, None, []), (other, 1, UNKNOWN)]
    stage.session.close(other)
    stage.publisher.poke()
    assert stage.turns() == [(other, None, []), (ROOT_URI, None, UNKNOWN)]


def test_a_folder_that_goes_takes_its_diagnostics_along() -> None:
    stage = Stage()
    stage.turns()
    stage.session.change_folders([], ["file:///w"])
    stage.publisher.poke()
    assert stage.turns() == [(ROOT_URI, None, [])]


def test_findings_are_up_to_date_without_a_run() -> None:
    stage = Stage()
    codes = [finding.code for finding in stage.publisher.findings("/w/pyproject.toml")]
    assert "unknown-default-package" in codes
    assert stage.sent == []
    assert stage.publisher.findings("/elsewhere/pyproject.toml") == []


# ------------------------------------------------------------------------------ session


def test_changes_of_what_is_not_open_are_not_heard() -> None:
    session = Session(host_of(FILES))
    assert not session.change(ROOT_URI, "", 1)
    assert not session.close(ROOT_URI)
    assert not session.open("untitled:pyproject.toml", "", 1)
    assert session.open(ROOT_URI, WRONG, 3)
    assert session.documents["/w/pyproject.toml"].version == 3
    assert session.change("file:///w/%70yproject.toml", "", 4)
    assert session.uris() == {"/w/pyproject.toml": ROOT_URI}
    assert list(session.checkers) == ["/w"]
    assert session.close(ROOT_URI)
    assert list(session.checkers) == []


def test_the_server_reads_its_own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_PREVIEW", "1")
    assert Session().host.snapshot("/nowhere").variables.preview


def test_a_member_is_understood_in_its_workspace() -> None:
    session = Session(host_of(FILES))
    session.open("file:///w/a/pyproject.toml", FILES["/w/a/pyproject.toml"], 1)
    found = session.locate("file:///w/a/pyproject.toml")
    assert found is not None
    assert found[0].workspace.root == "/w"
    assert session.locate("file:///w/b/pyproject.toml") is None


# ----------------------------------------------------------------------------- splitter


def test_no_byte_is_looked_at_twice() -> None:
    """32 MiB in small pieces would take minutes otherwise."""
    size, piece = 1 << 25, bytes(1 << 12)
    splitter = Splitter()
    assert splitter.feed(b"Content-Length: %d\r\n\r\n" % size) == []
    began = time.monotonic()
    for _ in range(size // len(piece) - 1):
        assert splitter.feed(piece) == []
    assert splitter.feed(piece) == [bytes(size)]
    assert time.monotonic() - began < 10


@given(st.lists(st.binary(max_size=40), max_size=6), st.data())
def test_messages_are_found_however_they_are_cut(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(b"Content-Length: %d\r\n\r\n%s" % (len(body), body) for body in bodies)
    splitter, found = Splitter(), []
    while stream:
        size = data.draw(st.integers(1, len(stream)))
        found += splitter.feed(stream[:size])
        stream = stream[size:]
    assert found == bodies


def test_no_uv_is_told_and_the_newest_one_decides() -> None:
    session = Session()
    assert session.set_uv_version(None)
    assert (session.installed_uv, session.uv_version) == (None, NEWEST)
    assert not session.set_uv_version(None)
    assert session.set_uv_version((0, 9, 8))
    assert (session.installed_uv, session.uv_version) == ((0, 9, 8), (0, 9, 8))
