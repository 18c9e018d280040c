"""ws-lsp and the installed uv look at the same directories: they must find the same.

The recorded cases show where a new uv differs from the one that they were recorded with. The random
ones show where ws-lsp differs from uv; `--hypothesis-profile=thorough` looks at many more.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from differential.cases import Case, find_uv, load, materialise, run_uv
from ws_lsp.analysis import Host
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.globs import PatternProblem, compile_pattern
from ws_lsp.project.ignored import Content, content
from ws_lsp.project.manifest import Manifest
from ws_lsp.vfs import Disk, Kind, from_native, join, parent, relative

UV = find_uv() or ""

pytestmark = pytest.mark.skipif(not UV, reason="no uv in the environment and none on the path")


@pytest.mark.parametrize("case", tuple(load()), ids=lambda case: case.name)
def test_uv_still_answers_as_recorded(case: Case, tmp_path: Path) -> None:
    target = tmp_path.resolve() / "case"
    materialise(case, target)
    answer = run_uv(UV, "workspace", "list", "--paths", cwd=target / case.cwd)
    assert answer.refused == (case.members is None), answer.err
    base = from_native(str(target))
    if case.members is not None:
        found = sorted(relative(path, base) for path in answer.paths)
        assert found == sorted(case.members.values())
    if case.root not in (None, "."):
        root = run_uv(UV, "workspace", "dir", cwd=target / case.cwd)
        assert [relative(path, base) for path in root.paths] == [case.root]


# ------------------------------------------------------------------------ random trees


@dataclass(frozen=True)
class Wood:
    """A tree of files to write; `@` in a pattern is the absolute path of the root."""

    members: list[str]
    exclude: list[str]
    directories: dict[str, str]
    """What is in each directory, by its path: a kind of `CONTENTS`."""
    project: bool = True
    managed: bool = True
    repository: bool = False
    ignored: dict[str, str] = field(default_factory=dict)
    """Texts of ignore files by their path."""
    link: tuple[str, str] | None = None
    cwd: str = "."


CONTENTS = {
    "nothing": "",
    "project": '[project]\nname = "NAME"\nversion = "1"\n',
    "same": '[project]\nname = "same"\nversion = "1"\n',
    "other": "[tool.other]\n",
    "unmanaged": "[tool.uv]\nmanaged = false\n",
    "workspace": '[project]\nname = "NAME"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["*"]\n',
    "virtual": '[tool.uv.workspace]\nmembers = ["*"]\n',
    "broken": "[project\n",
    "note": "",
    "log": "",
    "directory": "",
}

NAMES = ("a", "b", "ab", "a-b", ".h", "A", "a b", "[a]", "venv")
PARTS = (
    *NAMES, "*", "*", "**", "**", "?", "a*", "*b", "?b", "[ab]", "[!a]", "[a-b]*", "[!.]*", "{a,b}",
    ".", "..", "", "[[]a]", ".*", "[^a]", "[]a]", "[a-]", "**a", "***", "[a", "[b-a]", "[!]a]",
)  # fmt: skip

paths = st.lists(st.sampled_from(NAMES), min_size=1, max_size=3).map("/".join)


def spelt(lead: str, parts: list[str], tail: str) -> str:
    """Return a pattern; one with `**` stays in the tree, lest the whole disk is searched."""
    if "**" in parts:
        parts = [part for part in parts if part not in ("..", ".*", "")]
    return lead + "/".join(parts) + tail


patterns = st.builds(
    spelt,
    st.sampled_from(("", "", "", "", "", "./", "@/", "../root/")),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=3),
    st.sampled_from(("", "", "", "", "/")),
)
ignores = st.dictionaries(
    st.sampled_from((".ignore", ".gitignore", ".git/info/exclude", "a/.ignore", "a/.gitignore")),
    st.lists(
        st.sampled_from(
            ("*.log", "*.md", "!*.md", "a", "a/", "/b", "*", "!a", "**/b", "ab/*", "b/*.md")
        ),
        min_size=1,
        max_size=3,
    ).map(lambda lines: "".join(f"{line}\n" for line in lines)),
    max_size=2,
)


@st.composite
def woods(draw: st.DrawFn) -> Wood:
    usual = st.sampled_from(
        ("project", "project", "project", "nothing", "note", "log", "unmanaged")
    )
    rare = st.sampled_from(tuple(CONTENTS))
    contents = st.one_of(usual, usual, usual, usual, rare)
    directories = draw(st.dictionaries(paths, contents, min_size=1, max_size=6))
    return Wood(
        members=draw(st.lists(patterns, min_size=1, max_size=3)),
        exclude=draw(st.lists(patterns, max_size=2)),
        directories=directories,
        project=draw(st.booleans()),
        managed=draw(st.sampled_from((True,) * 19 + (False,))),
        repository=draw(st.booleans()),
        ignored=draw(ignores),
        link=draw(st.none() | st.tuples(paths, st.sampled_from([*directories, "..", "a", "gone"]))),
        cwd=draw(st.sampled_from([".", ".", *directories])),
    )


def plant(wood: Wood, root: Path) -> None:
    """Write the tree; what stands in the way of something else is left out."""
    for path, kind in wood.directories.items():
        directory = root / path
        directory.mkdir(parents=True, exist_ok=True)
        if kind == "directory":
            (directory / MANIFEST).mkdir()
        elif kind in ("note", "log"):
            (directory / {"note": "x.md", "log": "x.log"}[kind]).write_text("")
        elif kind != "nothing":
            name = (
                "p-"
                + "".join(character if character.isalnum() else "-" for character in path)
                + "-p"
            )
            name += "" if path.islower() else "-upper"
            (directory / MANIFEST).write_text(CONTENTS[kind].replace("NAME", name))
    for path, text in wood.ignored.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    if wood.repository:
        (root / ".git").mkdir(exist_ok=True)
    if wood.link is not None and not (root / wood.link[0]).exists():
        (root / wood.link[0]).parent.mkdir(parents=True, exist_ok=True)
        (root / wood.link[0]).symlink_to(wood.link[1])
    lines = ['project = { name = "the-root", version = "1" }'] if wood.project else []
    lines += ["[tool.uv]"] + ([] if wood.managed else ["managed = false"])
    for key, written in (("members", wood.members), ("exclude", wood.exclude)):
        texts = [f"'{pattern.replace('@', from_native(str(root)))}'" for pattern in written]
        lines.append(f"workspace.{key} = [{', '.join(texts)}]")
    (root / MANIFEST).write_text("".join(f"{line}\n" for line in lines))


def ours(root: Path, cwd: str) -> tuple[str, list[str]] | None:
    """Return the root and the members' directories as ws-lsp sees them, None where it refuses."""
    host = Host()
    found = host.root_of_directory(from_native(str(root / cwd)))
    if found is None:
        return None
    snapshot = host.snapshot(found)
    workspace = snapshot.workspace
    read = [*snapshot.manifests.values(), *_above(host, from_native(str(root / cwd)))]
    broken = any(_is_broken(manifest) for manifest in read)
    nothing = workspace.virtual and not workspace.explicit
    if workspace.problems or broken or nothing or _trips(host, found):
        return None
    base = from_native(str(root))
    directories = sorted(relative(member.directory, base) for member in workspace.members.values())
    return relative(found, base), directories


def _above(host: Host, directory: str) -> list[Manifest]:
    """Return the closest manifest and the next one: uv reads both, whichever it takes for the root's."""
    found: list[Manifest] = []
    while len(found) < 2 and directory != parent(directory):
        manifest = host.manifest(join(directory, MANIFEST))
        if manifest is not None and host.files.kind(manifest.path) is Kind.FILE:
            found.append(manifest)
            if not manifest.managed or manifest.workspace is not None:
                break
        directory = parent(directory)
    return found


def _trips(host: Host, directory: str) -> bool:
    """Tell whether uv's search for settings, upwards from the root, meets a directory of that name."""
    while directory != parent(directory):
        manifest = host.manifest(join(directory, MANIFEST))
        if manifest is not None and manifest.unreadable:
            return True
        if manifest is not None and manifest.uv is not None:
            return False
        directory = parent(directory)
    return False


def _is_broken(manifest: Manifest) -> bool:
    nodes = (*manifest.member_patterns, *manifest.exclude_patterns)
    unsound = any(isinstance(compile_pattern(node.value), PatternProblem) for node in nodes)
    return unsound or manifest.syntax is not None or manifest.unreadable is not None


def theirs(root: Path, cwd: str) -> tuple[str, list[str]] | None:
    """Return the root and the members' directories as uv sees them, None where it refuses."""
    base = from_native(str(root))
    listed = run_uv(UV, "workspace", "list", "--paths", cwd=root / cwd)
    if listed.refused:
        return None
    found = run_uv(UV, "workspace", "dir", cwd=root / cwd)
    return relative(found.paths[0], base), sorted(relative(path, base) for path in listed.paths)


@settings(phases=set(Phase) - {Phase.explain})
@given(woods())
def test_uv_finds_the_same_members(wood: Wood) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve() / "root"
        root.mkdir()
        plant(wood, root)
        expected = theirs(root, wood.cwd)
        event("refused" if expected is None else f"members: {len(expected[1])}")
        assert ours(root, wood.cwd) == expected


# ---------------------------------------------------------------------- ignored files

PIECES = (
    *(
        "a",
        "b",
        "ab",
        "é",
        " ",
        ".",
        ",",
        "#",
        "!",
        "-",
        "/",
        "/",
        "*",
        "*",
        "**",
        "**/",
        "/**",
        "?",
    ),
    *("[ab]", "[!a]", "[^b]", "[]a]", "[a-b]", "[b-a]", "[a-b-c]", "[--a]", "[a-", "[", "]", "[é]"),
    *("{a,b}", "{a*,b/**}", "{,a}", "{}", "{a/**/b,c}", "{{a,b},c}", "{", "}", "\\", "\\*", "\\/"),
)
lines = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)
files = st.lists(
    st.sampled_from(("a", "b", "ab", "ba", "aa", "é", "*", "[a", "a,b", " a", "}")),
    min_size=1,
    max_size=3,
).map("/".join)


@settings(phases=set(Phase) - {Phase.explain})
@given(
    st.lists(lines, min_size=1, max_size=2),
    st.lists(files, max_size=2),
    st.sampled_from([".", "m"]),
)
def test_uv_ignores_the_same_files(patterns: list[str], names: list[str], where: str) -> None:
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory).resolve()
        (root / MANIFEST).write_text(
            '[project]\nname = "r"\nversion = "1"\n[tool.uv.workspace]\nmembers = ["m"]\n'
        )
        (root / "m").mkdir()
        for name in names:
            path = root / "m" / name
            if not path.exists() and not any(above.is_file() for above in path.parents):
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text("")
        texts = [*patterns, ".ignore"] if where == "m" else patterns
        (root / where / ".ignore").write_text("".join(f"{line}\n" for line in texts))
        refused = run_uv(UV, "workspace", "list", cwd=root).refused
        event("files" if refused else "none")
        assert (content(Disk(), from_native(str(root / "m"))) is Content.FILES) is refused
