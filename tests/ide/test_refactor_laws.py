"""Laws of refactorings on generated workspaces: no new error, no comment lost, nothing left to sort."""

from __future__ import annotations

import re
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st
from support import apply_fix, findings, host_of

from ws_lsp.checking.findings import Fix, Severity
from ws_lsp.ide.refactor import refactorings
from ws_lsp.ide.refactor_new_member import new_member
from ws_lsp.refusal import Refusal
from ws_lsp.toml.parser import parse
from ws_lsp.toml.syntax import syntax_problem

NAMES = ("core", "api", "web-ui", "x1")
NEWLINES = ("\n", "\r\n")


@st.composite
def listed(draw: st.DrawFn, values: tuple[str, ...]) -> str:
    """Return a list of some of these values in one of the usual layouts, with comments."""
    chosen = draw(st.lists(st.sampled_from(values), unique=True, max_size=5))
    if draw(st.booleans()):
        return f"[{', '.join(map(repr, chosen))}]  # whole"
    lines = []
    for index, value in enumerate(chosen):
        above = draw(st.sampled_from(("", "", f"    # above {value}\n", "\n", "\n    # heading\n")))
        behind = draw(st.sampled_from(("", f" # behind {value}")))
        comma = "" if index == len(chosen) - 1 and draw(st.booleans()) else ","
        lines.append(f'{above}    "{value}"{comma}{behind}\n')
    return "[\n" + "".join(lines) + draw(st.sampled_from(("", "    # end\n"))) + "]"


@st.composite
def sources(draw: st.DrawFn, own: str) -> str:
    chosen = draw(st.lists(st.sampled_from(NAMES), unique=True))
    values = (
        "{{ workspace = true }}",
        "{{ path = '../{0}', editable = true }}",
        "{{ git = 'https://git.example/{0}', rev = 'x' }} # from git",
        "[\n  {{ workspace = true }}, # one\n]",
    )
    lines = []
    for name in chosen:
        value = (draw(st.sampled_from(values)) if name != own else values[0]).format(name)
        lines.append(draw(st.sampled_from(("", f"# about {name}\n"))) + f"{name} = {value}\n")
    return "[tool.uv.sources]\n" + "".join(lines)


REQUIREMENTS = (*NAMES, "idna>=3", "attrs>=20,<30", "attrs>=20", "six (==1.0)", "idna", "six>2")
PYTHONS = ("", "requires-python = '>=3.11' # python\n", 'requires-python = ">=3.12"\n')
MEMBERS = ("core", "api", "web-ui", "x*", "*", "missing", "[cw]*")


@st.composite
def workspaces(draw: st.DrawFn) -> dict[str, str]:
    text = "[tool.uv.workspace]\n"
    text += f"members = {draw(listed(MEMBERS))}\n"
    if draw(st.booleans()):
        text += f"exclude = {draw(listed(('x1', 'api', 'gone')))}\n"
    text += f"[tool.ws-lsp]\ndefault-packages = {draw(listed(NAMES))}\n"
    text += draw(sources("")) if draw(st.booleans()) else ""
    files = {"/pyproject.toml": text}
    for name in NAMES:
        text = f'[project]\nname = "{name}"\nversion = "1"\n{draw(st.sampled_from(PYTHONS))}'
        text += f"dependencies = {draw(listed(REQUIREMENTS))}\n"
        text += draw(sources(name))
        files[f"/{name}/pyproject.toml"] = text
    newline = draw(st.sampled_from(NEWLINES))
    return {path: text.replace("\n", newline) for path, text in files.items()}


def errors(files: dict[str, str]) -> Counter[tuple[str, str]]:
    """Count the errors of all workspaces that the files are in, by file and code.

    An error that stays may be worded otherwise: a directory is then excluded and not merely unlisted.
    """
    host = host_of(files)
    roots = {host.root_of(path) or "/" for path in files if path.endswith("pyproject.toml")}
    found: Counter[tuple[str, str]] = Counter()
    for root in sorted(roots | {"/"}):
        found |= Counter(
            (one.path, one.code)
            for one in findings(host.snapshot(root))
            if one.severity is Severity.ERROR
        )
    return found


def comments(files: dict[str, str]) -> Counter[str]:
    texts = (files[path] for path in files if path.endswith(".toml"))
    return Counter(one for text in texts for one in re.findall(r"# [^\r\n]*", text))


@given(workspaces(), st.data())
def test_refactorings_make_no_error_and_lose_no_comment(
    files: dict[str, str], data: st.DataObject
) -> None:
    host = host_of(files)
    offered = []
    for path, text in files.items():
        root = host.root_of(path)
        assert root is not None
        snapshot = host.snapshot(root)
        for match in re.finditer(r"[-\w*]+(?=[^\r\n]*=|[^\r\n]*[\"'\]])", text):
            manifest = snapshot.manifests[path]
            offered += list(refactorings(snapshot, manifest, match.start()))
    if not offered:
        return
    chosen = data.draw(st.sampled_from(offered))
    after = apply_fix(files, Fix(chosen.title, chosen.changes()))
    assert after != files, chosen.title
    for path, text in after.items():
        assert syntax_problem(parse(text)) is None, (chosen.title, text)
        assert ("\r\n" in text) == ("\r\n" in files[path])
        assert "\r\n" not in text or "\n" not in text.replace("\r\n", ""), chosen.title
    come = errors(after) - errors(files)
    assert not come, (chosen.title, come)
    if not chosen.title.startswith("Add this project"):  # a comment on an `exclude` goes with that
        assert comments(after) == comments(files), chosen.title
    if chosen.title.startswith("Sort"):
        (path,) = (path for path in files if after[path] != files[path])
        again = host_of(after).snapshot(host.root_of(path) or "/")
        titles = [
            one.title
            for offset in range(0, len(after[path]), 3)
            for one in refactorings(again, again.manifests[path], offset)
        ]
        assert chosen.title not in titles


@given(workspaces(), st.sampled_from(("new", "Core", "idna", "x2")), st.booleans())
def test_a_new_member_makes_no_error(files: dict[str, str], name: str, default: bool) -> None:
    snapshot = host_of(files).snapshot("/")
    changes = new_member(snapshot, name, None, default)
    if isinstance(changes, Refusal):
        return
    after = apply_fix(files, Fix("New member", changes))
    members = host_of(after).snapshot("/").workspace.members
    assert {*members} == {*snapshot.workspace.members, name.lower()}
    assert not errors(after) - errors(files)
    assert comments({path: after[path] for path in files}) == comments(files)
