"""What decides on a sync before uv runs: settings, unsaved changes, whether the workspace is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from e2e.client import NEVER, Client, profile
from e2e.disk import Place, environment
from processes import posix

from language_client import ResponseError
from server.conftest import Start
from server.stand_in import HANG, StandIn, assert_works, begun, sync

# --------------------------------------------------------------------------------- unsaved changes


def dirty(client: Client, place: Place) -> Any:
    document = client.open(place / "pyproject.toml")
    client.change(document, document.text + "# more\n")
    return document


@posix
def test_a_question_that_is_never_answered(client: Client, uv: StandIn, place: Place) -> None:
    dirty(client, place)
    client.choice = NEVER
    request = sync(client, place)
    client.wait(lambda: client.asked, "the question")
    client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    assert uv.runs == []
    client.choice = "Sync the saved state"
    assert_works(client, uv, place)


@posix
def test_an_answer_that_comes_too_late(client: Client, uv: StandIn, place: Place) -> None:
    dirty(client, place)
    client.choice = NEVER
    request = sync(client, place)
    client.wait(lambda: client.asked, "the question")
    client.notify("$/cancelRequest", {"id": request})
    with pytest.raises(ResponseError):
        client.result(request)
    (question,) = client.unanswered
    answer = {"jsonrpc": "2.0", "id": question, "result": {"title": "Cancel"}}
    client.send(answer)
    client.choice = "Sync the saved state"
    assert_works(client, uv, place)


@posix
def test_saving_all_where_the_client_can(start: Start, uv: StandIn, place: Place) -> None:
    client = start()
    options = {"uv": {"path": str(uv.path)}, "commands": ["ws-lsp.client.saveAll"]}
    client.initialize([place.directory], options=options)
    document = dirty(client, place)
    client.choice = "Save all and sync"
    assert client.result(sync(client, place))["status"] == "ok"
    titles = ["Save all and sync", "Sync the saved state", "Cancel"]
    assert [one[1] for one in client.asked] == [titles]
    assert (place / "pyproject.toml").read_text() == document.text
    assert "Unsaved" not in client.messages[-1][1]
    assert_works(client, uv, place)


@posix
@pytest.mark.parametrize("why", ["setting", "client"])
def test_where_nobody_is_asked_the_saved_state_is_synced(
    tmp_path: Path, uv: StandIn, place: Place, why: str
) -> None:
    capabilities = profile("neovim")
    options: dict[str, Any] = {"uv": {"path": str(uv.path)}}
    if why == "client":
        del capabilities["window"]["showMessage"]
    else:
        options["sync"] = {"askForUnsavedFiles": False}
    client = Client(capabilities, environment(tmp_path / "home"), tmp_path)
    try:
        client.initialize([place.directory], options=options)
        dirty(client, place)
        assert client.result(sync(client, place))["status"] == "ok"
        assert client.asked == []
        words = "Unsaved changes of `pyproject.toml` are not part of it"
        assert client.messages[-1][1].endswith(words)
        assert client.close() == 0
        client.assert_clean()
    finally:
        client.kill()


@posix
def test_the_setting_for_inexact_syncs(start: Start, uv: StandIn, place: Place) -> None:
    client = start()
    options = {"uv": {"path": str(uv.path)}, "sync": {"exact": False}}
    client.initialize([place.directory], options=options)
    client.result(sync(client, place))
    client.configure({"sync": None})
    client.result(sync(client, place))
    exact = f"--project {place.directory} sync --all-packages"
    inexact = exact.replace("sync", "sync --inexact")
    assert [arguments for _, arguments in uv.runs] == [inexact, exact]


# ------------------------------------------------------------------------------------------- trust


@posix
def test_nothing_runs_where_the_workspace_is_not_trusted(
    start: Start, uv: StandIn, place: Place
) -> None:
    uv.is_asked_for_its_version('echo asked > "$here/asked"; echo "uv 0.13.9"')
    client = start()
    options = {"uv": {"path": str(uv.path)}, "trusted": False}
    client.initialize([place.directory], options=options)
    root = client.open(place / "pyproject.toml")
    assert client.code_actions(root, root.text.index("members"), ["source"]) == []
    assert client.code_actions(root, root.text.index("members")) == []
    for command in ("ws-lsp.server.sync", "ws-lsp.server.lock"):
        result = client.execute(command, {"root": place.directory.as_uri()})
        assert result["status"] == "refused"
        assert result["summary"].startswith("The workspace is not trusted")
    assert client.complete(root, root.text.index("packages/") + len("packages/"))
    assert not uv.has_written("asked")
    client.notify("ws-lsp/trust", {"trusted": True})
    uv.file("asked")
    assert client.code_actions(root, root.text.index("members"))
    assert_works(client, uv, place)


@posix
def test_trust_that_is_taken_back_ends_what_runs(client: Client, uv: StandIn, place: Place) -> None:
    uv.behaves(HANG)
    request, process = begun(client, uv, place)
    client.notify("ws-lsp/trust", {"trusted": False})
    assert client.result(request)["status"] == "cancelled"
    assert client.result(sync(client, place))["status"] == "refused"
    client.notify("ws-lsp/trust", {"trusted": True})
    assert_works(client, uv, place, process)


@posix
def test_another_try_is_not_made_where_trust_was_taken_back(
    start: Start, uv: StandIn, place: Place
) -> None:
    uv.behaves(
        'echo "error: Unable to find lockfile at `uv.lock`, but `--locked` was provided" >&2; exit 1'
    )
    client = start()
    client.choice = NEVER
    client.initialize([place.directory], options={"uv": {"path": str(uv.path)}})
    request = sync(client, place, options={"locked": True})
    assert client.result(request)["status"] == "failed"
    client.wait(lambda: client.unanswered, "the question")
    client.notify("ws-lsp/trust", {"trusted": False})
    title = "Retry without `--locked`"
    client.send({"jsonrpc": "2.0", "id": client.unanswered.pop(), "result": {"title": title}})
    client.settle()
    assert len(uv.runs) == 1
    client.notify("ws-lsp/trust", {"trusted": True})
    assert_works(client, uv, place)
