"""Navigation, rename and the other editor features, as an editor uses them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from e2e.client import Client
from e2e.conformance import at
from e2e.conftest import Project
from e2e.disk import Place
from language_client import Document, ResponseError, local_path
from language_client.positions import offset, position

WORKSPACE = """
#- /pyproject.toml
# 😀 the root 😀
[tool.ws-lsp]
default-packages = ["alpha", "Beta_Lib"]

[tool.uv.workspace]
members = ["packages/*"]

[tool.uv.sources]
alpha = { workspace = true }
#- /packages/a/pyproject.toml
[project]
name = "alpha"
version = "1"
description = "The *first*."
readme = "README.md"

[project.optional-dependencies]
fast = ["idna>=3"]
#- /packages/a/README.md
#- /packages/beta/pyproject.toml
[project]
name = "beta-lib"
version = "1"
dependencies = ["😀", "Alpha[fast]>=1"]

[dependency-groups]
dev = [
    "idna",
]
"""


def opened(client: Client, project: Project, path: str) -> tuple[Place, Document]:
    place = project(WORKSPACE)
    document = client.open(place / path)
    client.settle()
    return place, document


def about(client: Client, document: Document, text: str) -> dict[str, Any]:
    """Return the parameters of a request about the middle of `text`."""
    index = document.text.index(text) + len(text) // 2
    place = position(document.text, index, client.encoding)
    return {"textDocument": {"uri": document.uri}, "position": place}


def file(document: Document) -> dict[str, Any]:
    return {"textDocument": {"uri": document.uri}}


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8")


def shown(client: Client, uri: str, place: Any) -> str:
    """Return the text at a range of a file."""
    known = client.documents.get(uri)
    text = known.text if known else read(local_path(uri))
    start, end = (offset(text, place[key], client.encoding) for key in ("start", "end"))
    return text[start:end]


def test_hover(client: Client, project: Project) -> None:
    _, document = opened(client, project, "packages/beta/pyproject.toml")
    found = client.request("textDocument/hover", about(client, document, "Alpha"))
    assert shown(client, document.uri, found["range"]) == "Alpha"
    assert "The \\*first\\*." in found["contents"]["value"]
    assert "`packages/a`" in found["contents"]["value"]
    assert client.request("textDocument/hover", about(client, document, '"1"')) is None


def test_definition_references_and_highlights(client: Client, project: Project) -> None:
    place, document = opened(client, project, "packages/beta/pyproject.toml")
    (found,) = client.request("textDocument/definition", about(client, document, "Alpha"))
    uri = found.get("targetUri") or found["uri"]
    assert uri == (place / "packages/a/pyproject.toml").as_uri()
    assert shown(client, uri, found.get("targetSelectionRange") or found["range"]) == "alpha"
    params = about(client, document, "Alpha") | {"context": {"includeDeclaration": True}}
    locations = client.request("textDocument/references", params)
    texts = sorted(shown(client, one["uri"], one["range"]) for one in locations)
    assert texts == ["Alpha", "alpha", "alpha", "alpha"]
    (found,) = client.request("textDocument/documentHighlight", about(client, document, "Alpha"))
    assert shown(client, document.uri, found["range"]) == "Alpha"


def test_a_definition_outside_of_the_workspace_is_where_the_project_is_named(
    client: Client, project: Project
) -> None:
    place = project("""
        #- /pyproject.toml
        [tool.uv.workspace]
        members = []
        [tool.uv.sources]
        vendored = { path = "vendor/vendored" }
        #- /vendor/vendored/pyproject.toml
        # 😀 not ours
        [project]
        name = "vendored" # 😀
        version = "1"
        """)
    document = client.open(place / "pyproject.toml")
    client.settle()
    for text in ("vendored =", "vendor/vendored"):
        (found,) = client.request("textDocument/definition", about(client, document, text))
        uri = found.get("targetUri") or found["uri"]
        assert uri == (place / "vendor/vendored/pyproject.toml").as_uri()
        assert shown(client, uri, found.get("targetSelectionRange") or found["range"]) == "vendored"


def test_rename_in_open_and_closed_files(client: Client, project: Project) -> None:
    place, document = opened(client, project, "packages/beta/pyproject.toml")
    client.change(document, document.text + "# not saved\n")
    params = about(client, document, "Alpha")
    found = client.request("textDocument/prepareRename", params)
    assert found["placeholder"] == "Alpha"
    edit = client.request("textDocument/rename", params | {"newName": "first"})
    annotated = bool(edit.get("changeAnnotations"))
    support = at(client.capabilities, "workspace.workspaceEdit.changeAnnotationSupport")
    assert annotated == bool(support)
    client.apply(edit)
    assert '"first[fast]>=1"' in document.text
    root = read(place / "pyproject.toml")
    assert 'default-packages = ["first", "Beta_Lib"]' in root
    assert "first = { workspace = true }" in root
    assert 'name = "first"' in read(place / "packages/a/pyproject.toml")


def test_a_refused_rename_says_why(client: Client, project: Project) -> None:
    _, document = opened(client, project, "packages/beta/pyproject.toml")
    params = about(client, document, "Alpha") | {"newName": "beta.lib"}
    with pytest.raises(ResponseError, match="`beta-lib` is a member already") as error:
        client.request("textDocument/rename", params)
    assert error.value.code == -32803
    with pytest.raises(ResponseError, match="`idna` is not a member of this workspace"):
        client.request("textDocument/prepareRename", about(client, document, '"idna"'))


def test_links_lead_to_files(client: Client, project: Project) -> None:
    place, document = opened(client, project, "packages/a/pyproject.toml")
    (link,) = client.request("textDocument/documentLink", file(document))
    assert shown(client, document.uri, link["range"]) == "README.md"
    assert link["target"] == (place / "packages/a/README.md").as_uri()


def test_the_outline(client: Client, project: Project) -> None:
    _, document = opened(client, project, "pyproject.toml")
    found = client.request("textDocument/documentSymbol", file(document))
    names = [one["name"] for one in found]
    assert names[0] == "tool.ws-lsp"
    if "location" not in found[0]:
        workspace = next(one for one in found if one["name"] == "tool.uv.workspace")
        (pattern,) = workspace["children"][0]["children"]
        assert [one["name"] for one in pattern["children"]] == ["alpha", "beta-lib"]
    else:
        assert {"alpha", "beta-lib", "packages/*"} <= set(names)


def test_workspace_symbols(client: Client, project: Project) -> None:
    place, _ = opened(client, project, "pyproject.toml")
    found = client.request("workspace/symbol", {"query": "Fa"})
    (symbol,) = found
    assert (symbol["name"], symbol["containerName"]) == ("fast", "alpha")
    if "range" not in symbol["location"]:
        symbol = client.request("workspaceSymbol/resolve", symbol)
    location = symbol["location"]
    assert location["uri"] == (place / "packages/a/pyproject.toml").as_uri()
    assert shown(client, location["uri"], location["range"]) == "fast"
    for _ in range(2):
        members = client.request("workspace/symbol", {"query": ""})
        assert [one["name"] for one in members] == ["alpha", "beta-lib"]
        assert members[0]["location"]["uri"] == (place / "packages/a/pyproject.toml").as_uri()


def test_folding_and_selection(client: Client, project: Project) -> None:
    _, document = opened(client, project, "packages/beta/pyproject.toml")
    found = client.request("textDocument/foldingRange", file(document))
    assert [(one["startLine"], one["endLine"]) for one in found] == [(0, 3), (5, 8), (6, 8)]
    params = about(client, document, "Alpha")
    params["positions"] = [params.pop("position")]
    (chain,) = client.request("textDocument/selectionRange", params)
    texts = []
    while chain:
        texts.append(shown(client, document.uri, chain["range"]))
        chain = chain.get("parent")
    assert texts[:4] == ["Alpha", "Alpha[fast]>=1", '"Alpha[fast]>=1"', '["😀", "Alpha[fast]>=1"]']
    assert texts[-1] == document.text


def test_inlay_hints(client: Client, project: Project) -> None:
    _, document = opened(client, project, "pyproject.toml")
    everything = {
        "start": {"line": 0, "character": 0},
        "end": position(document.text, len(document.text), client.encoding),
    }
    found = client.request("textDocument/inlayHint", file(document) | {"range": everything})
    assert [one["label"] for one in found] == ["2 members", "packages/a"]


def test_lenses_act_and_are_refreshed(client: Client, project: Project) -> None:
    place, document = opened(client, project, "packages/a/pyproject.toml")
    found = client.request("textDocument/codeLens", file(document))
    titles = [one["command"]["title"] for one in found]
    assert titles == ["Sync `alpha`", "Remove from default packages"]
    client.edits.clear()
    root = client.open(place / "pyproject.toml")
    command = found[1]["command"]
    params = {"command": command["command"], "arguments": command["arguments"]}
    client.request("workspace/executeCommand", params)
    client.wait(lambda: client.edits, "an edit")
    client.refreshes.clear()
    client.apply(client.edits.pop())
    assert 'default-packages = ["Beta_Lib"]' in root.text
    client.settle()
    support = at(client.capabilities, "workspace.codeLens.refreshSupport")
    assert ("workspace/codeLens/refresh" in client.refreshes) == bool(support)
    found = client.request("textDocument/codeLens", file(document))
    assert found[1]["command"]["title"] == "Add to default packages"


def test_a_renamed_directory_is_followed(client: Client, project: Project) -> None:
    place, _ = opened(client, project, "pyproject.toml")
    before, after = place / "packages", place / "libs"
    files = [{"oldUri": before.as_uri(), "newUri": after.as_uri()}]
    edit = client.request("workspace/willRenameFiles", {"files": files})
    client.apply(edit)
    root = client.documents[(place / "pyproject.toml").as_uri()]
    assert 'members = ["libs/*"]' in root.text
    before.rename(after)
    client.notify("workspace/didRenameFiles", {"files": files})
    client.settle()
    assert client.diagnostics(place / "pyproject.toml") == []


def test_a_deleted_member_leaves_members(client: Client, project: Project) -> None:
    place = project(WORKSPACE.replace('"packages/*"', '"packages/a", "packages/beta"'))
    root = client.open(place / "pyproject.toml")
    client.settle()
    client.edits.clear()
    beta = place / "packages/beta"
    (beta / "pyproject.toml").unlink()
    beta.rmdir()
    client.notify("workspace/didDeleteFiles", {"files": [{"uri": beta.as_uri()}]})
    client.wait(lambda: client.edits, "an edit")
    client.apply(client.edits.pop())
    assert 'members = ["packages/a"]' in root.text


def test_the_workspaces_and_their_graph(client: Client, project: Project) -> None:
    place, document = opened(client, project, "pyproject.toml")
    (found,) = client.request("ws-lsp/workspaces", {})
    assert found["root"] == place.directory.as_uri()
    assert (found["virtual"], found["environment"], found["lockfile"]) == (True, False, "missing")
    assert found["defaultPackages"] == ["alpha", "beta-lib"]
    alpha = found["members"][0]
    assert alpha["manifest"] == (place / "packages/a/pyproject.toml").as_uri()
    assert alpha["dependents"] == ["beta-lib"]
    assert (alpha["extras"], alpha["isDefault"], alpha["installed"]) == (["fast"], True, None)
    graph = client.request("ws-lsp/graph", {"root": found["root"]})
    assert graph["edges"] == [{"from": "beta-lib", "to": "alpha", "kind": "dependency"}]
    assert graph["cycles"] == []
    client.notifications.clear()
    client.change(document, document.text.replace('["packages/*"]', '["packages/a"]'))
    client.settle()
    assert "ws-lsp/workspacesChanged" in client.notifications
    with pytest.raises(ResponseError, match="There is no workspace"):
        client.request("ws-lsp/graph", {"root": "file:///nowhere"})


def test_the_findings_of_a_member_are_counted_by_their_severity(
    client: Client, project: Project
) -> None:
    opened(client, project, "packages/beta/pyproject.toml")
    for level, errors, warnings in [("error", 1, 0), ("warning", 0, 1), ("hint", 0, 0)]:
        client.configure({"rules": {"invalid-requirement": level}})
        (found,) = client.request("ws-lsp/workspaces", {})
        assert [(one["name"], one["errors"], one["warnings"]) for one in found["members"]] == [
            ("alpha", 0, 0),
            ("beta-lib", errors, warnings),
        ]


def test_the_documentation_of_a_member_is_there_when_it_is_wanted(
    client: Client, project: Project
) -> None:
    _, document = opened(client, project, "pyproject.toml")
    items = client.complete(document, document.text.index("lpha"))
    (item,) = [item for item in items if item["label"] == "alpha"]
    if "documentation" not in item:
        item = client.request("completionItem/resolve", item)
    assert "first" in str(item["documentation"])


def refactored(client: Client, document: Document, text: str, only: str, title: str) -> None:
    """Choose the refactoring of this title in the middle of `text`."""
    index = document.text.index(text) + len(text) // 2
    offered = client.code_actions(document, index, [only])
    assert all(one["kind"].startswith(only) for one in offered)
    (action,) = [one for one in offered if one["title"] == title]
    resolves = at(client.capabilities, "textDocument.codeAction.resolveSupport")
    assert ("edit" in action) == (not resolves)
    if resolves:
        action = client.request("codeAction/resolve", action)
    client.apply(action["edit"])


def test_refactorings_are_applied(client: Client, project: Project) -> None:
    if not at(client.capabilities, "textDocument.codeAction.codeActionLiteralSupport"):
        pytest.skip("this client knows commands alone")
    place, root = opened(client, project, "pyproject.toml")
    client.change(root, root.text.replace('"alpha", "Beta_Lib"', '"Beta_Lib", "alpha"'))
    refactored(client, root, "default-packages", "refactor", "Sort `default-packages`")
    assert 'default-packages = ["alpha", "Beta_Lib"]' in root.text
    title = "List the 2 members that `packages/*` names"
    refactored(client, root, "packages/*", "refactor.rewrite", title)
    assert 'members = ["packages/a", "packages/beta"]' in root.text
    assert client.code_actions(root, root.text.index("packages/a"), ["refactor.extract"]) == []
    alpha = place / "packages/a/pyproject.toml"
    alpha.write_text(read(alpha).replace("idna>=3", "idna >=2"), "utf-8")
    client.changed_on_disk(alpha)
    beta = client.open(place / "packages/beta/pyproject.toml")
    client.change(beta, beta.text.replace('"idna"', '"idna>=2"'))
    client.settle()
    title = "Extract `idna>=2` into `constraint-dependencies`"
    refactored(client, beta, "idna>=2", "refactor.extract", title)
    client.settle()
    assert 'constraint-dependencies = ["idna>=2"]' in root.text
    assert '    "idna",' in beta.text
    assert 'fast = ["idna"]' in read(alpha)


def test_a_refactoring_that_is_no_longer_there_is_refused(client: Client, project: Project) -> None:
    if not at(client.capabilities, "textDocument.codeAction.resolveSupport"):
        pytest.skip("this client does not resolve code actions")
    _, root = opened(client, project, "pyproject.toml")
    index = root.text.index("packages/*")
    (action,) = client.code_actions(root, index, ["refactor"])
    client.change(root, root.text.replace('"packages/*"', '"packages/a"'))
    with pytest.raises(ResponseError, match="this is no longer offered here"):
        client.request("codeAction/resolve", action)
    with pytest.raises(ResponseError, match="There is nothing to be changed here"):
        client.request("codeAction/resolve", {**action, "data": None})


def test_a_new_member(client: Client, project: Project) -> None:
    place, root = opened(client, project, "pyproject.toml")
    argument = {"root": place.directory.as_uri(), "name": "Gamma.X", "default": True}
    edits = client.capabilities["workspace"].get("workspaceEdit", {})
    creates = "create" in edits.get("resourceOperations", ())
    if not creates or not edits.get("documentChanges"):
        with pytest.raises(ResponseError, match="This editor cannot create files"):
            client.execute("ws-lsp.server.newMember", argument)
        return
    client.edits.clear()
    answer = client.execute("ws-lsp.server.newMember", argument)
    manifest = place / "packages/gamma-x/pyproject.toml"
    assert answer["manifest"] == manifest.as_uri()
    if "edit" not in answer:
        client.wait(lambda: client.edits, "an edit")
    client.apply(answer.get("edit") or client.edits.pop())
    client.settle()
    assert 'default-packages = ["alpha", "Beta_Lib", "gamma-x"]' in root.text
    assert 'name = "Gamma.X"' in read(manifest)
    assert (place / "packages/gamma-x/src/gamma_x/__init__.py").is_file()
    assert (place / "packages/gamma-x/README.md").is_file()
    assert client.diagnostics(root.uri) == []
    with pytest.raises(ResponseError, match="`gamma-x` is a member already") as error:
        client.execute("ws-lsp.server.newMember", argument)
    assert error.value.code == -32803
    with pytest.raises(ResponseError, match="There is no workspace"):
        client.execute("ws-lsp.server.newMember", {"root": "file:///nowhere", "name": "x"})


def test_default_packages_are_changed_by_a_command(client: Client, project: Project) -> None:
    place, root = opened(client, project, "pyproject.toml")
    command = "ws-lsp.server.changeDefaultPackages"
    argument = {"root": place.directory.as_uri(), "remove": ["ALPHA"]}
    client.edits.clear()
    answer = client.execute(command, argument)
    if not at(client.capabilities, "workspace.applyEdit"):
        assert answer == {"applied": False}
        return
    assert answer == {"applied": True}
    client.apply(client.edits.pop())
    assert 'default-packages = ["Beta_Lib"]' in root.text
    assert client.execute(command, {**argument, "add": ["alpha"], "remove": []}) == answer
    client.apply(client.edits.pop())
    assert 'default-packages = ["Beta_Lib", "alpha"]' in root.text
    with pytest.raises(ResponseError, match="`gamma` is not a member of this workspace"):
        client.execute(command, {**argument, "add": ["Gamma"]})
    with pytest.raises(ResponseError, match=r'`home` must be "tool\.ws-lsp" or "tool\.uv"'):
        client.execute(command, {**argument, "home": "tool"})
    with pytest.raises(ResponseError, match="There is no workspace"):
        client.execute(command, {"root": "file:///nowhere"})
