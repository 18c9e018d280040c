"""Create a new member: its files, and what the root must say of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from keyword import iskeyword

from ws_lsp.analysis import Snapshot
from ws_lsp.checking.findings import Change
from ws_lsp.grammar.names import normalise
from ws_lsp.grammar.requirement import name_problem
from ws_lsp.ide.default_packages import added_default_package
from ws_lsp.ide.refactor_members import added_member
from ws_lsp.ide.refactoring import rewritten
from ws_lsp.ide.symbol_references import naming
from ws_lsp.project.declarations import WORKSPACE_SOURCE
from ws_lsp.project.file_names import MANIFEST
from ws_lsp.project.globs import Pattern, compile_pattern, literal
from ws_lsp.project.manifest import Manifest
from ws_lsp.refusal import Refusal
from ws_lsp.text import Edit, Span, newline_of
from ws_lsp.toml.edit import string_text
from ws_lsp.toml.tree import String, strings
from ws_lsp.vfs import is_absolute, join, parent, relative

__all__ = ["new_member"]

_BACKENDS = frozenset(
    {
        "uv_build",
        "hatchling.build",
        "setuptools.build_meta",
        "flit_core.buildapi",
        "pdm.backend",
        "poetry.core.masonry.api",
    }
)
"""Build backends that find the module in `src` without being told."""


def new_member(
    snapshot: Snapshot, name: str, directory: str | None = None, default: bool = False
) -> tuple[Change, ...] | Refusal:
    """Return the files of a new member and the edits of the root, or why there can be none.

    `directory` is seen from the root; as in `members`, a `*` at its end stands for the member's own
    directory, which has its name. Without a directory, it goes where `members` looks for some. The build system and `requires-python`
    are those of the members beside it. With `default`, the member becomes a default package. Files that
    exist stay as they are.
    """
    name = name.strip()
    place = join(snapshot.workspace.root, _usual_directory(snapshot, name))
    own = normalise(name)
    if directory is not None and directory.strip():
        above, slash, last = directory.strip().replace("\\", "/").rpartition("/")
        last = own if last == "*" else last
        place = join(snapshot.workspace.root, f"{above}{slash}{last}")
    refusal = _unfit(snapshot, name) or _occupied(snapshot, place)
    if refusal is not None:
        return refusal
    root = rewritten(
        snapshot.root,
        lambda one: added_member(one, place),
        lambda one: added_default_package(one, own) if default else [],
    )
    if root is None:
        key = "`members`" if added_member(snapshot.root, place) is None else "`default-packages`"
        return Refusal(f"{key} in the root's `{MANIFEST}` cannot be added to: correct it first")
    return (*root, *_files(snapshot, name, place))


# --------------------------------------------------------------------------- refusing


def _unfit(snapshot: Snapshot, name: str) -> Refusal | None:
    """Refuse a name that is invalid, or that something else has."""
    problem = name_problem(name) if name else "A name cannot be empty"
    if problem is not None:
        return Refusal(problem)
    workspace, own, module = snapshot.workspace, normalise(name), _module(name)
    member = workspace.members.get(own)
    if member is not None:
        where = relative(member.directory, workspace.root)
        return Refusal(f"`{own}` is a member already (`{where}`)")
    if not module.isidentifier() or iskeyword(module):
        return Refusal(f"`{module}` cannot be imported, so `{name}` is no name for a package")
    if snapshot.root.syntax is not None:
        return Refusal(f"The root's `{MANIFEST}` has a syntax error: correct it first")
    inherited = WORKSPACE_SOURCE in snapshot.root.shared.sources.get(own, ())
    for path in sorted(naming(snapshot, own)):
        manifest = snapshot.manifests[path]
        kinds = manifest.shared.sources.get(own)
        named = own in manifest.required or (
            manifest is snapshot.root and own in manifest.constrained
        )
        if kinds != (WORKSPACE_SOURCE,) if kinds is not None else named and not inherited:
            return Refusal(
                f"`{relative(path, workspace.root)}` requires another package `{own}` already: "
                "uv would refuse it without a `workspace = true` source"
            )
    return None


def _occupied(snapshot: Snapshot, place: str) -> Refusal | None:
    """Refuse a directory that cannot become a member."""
    root, files = snapshot.workspace.root, snapshot.files
    shown = relative(place, root)
    if place == root or not place.startswith(f"{root.rstrip('/')}/"):
        return Refusal(f"`{shown}` does not lie below the root of the workspace")
    if files.kind(join(place, MANIFEST)) is not None:
        return Refusal(f"There is a project in `{shown}` already")
    at = place
    while at != root:
        kind = files.kind(at)
        if kind is not None and not kind.is_directory:
            return Refusal(f"`{relative(at, root)}` is no directory")
        at = parent(at)
    below = snapshot.workspace.first_below(place)
    if below is not None:
        return Refusal(
            f"The member `{below.name}` lies below `{shown}`: uv would no longer find this workspace from there"
        )
    for text in snapshot.root.shared.exclude:
        pattern = compile_pattern(text)
        if isinstance(pattern, Pattern) and pattern.excludes(place, root):
            return Refusal(f"`{shown}` is excluded from the workspace by `{text}`")
    return None


# ------------------------------------------------------------------------------ place


def _usual_directory(snapshot: Snapshot, name: str) -> str:
    """Return where a member of a name goes: below the first pattern for a directory's children."""
    own = normalise(name)
    for text in snapshot.root.shared.members:
        pattern, _, last = text.rpartition("/")
        above = literal(pattern)
        if last == "*" and above is not None and not is_absolute(text):
            return f"{above}/{own}" if above else own
    workspace = snapshot.workspace
    parents = Counter(
        relative(parent(one.directory), workspace.root)
        for one in workspace.members.values()
        if not one.is_root
    )
    usual = next((one for one, _ in parents.most_common() if not one.startswith("..")), "packages")
    return f"{usual}/{own}"


def _module(name: str) -> str:
    return normalise(name).replace("-", "_")


# ------------------------------------------------------------------------------ texts


def _files(snapshot: Snapshot, name: str, place: str) -> Iterator[Change]:
    """Yield the files of the member that do not exist yet."""
    texts = {
        MANIFEST: _manifest(snapshot, name, place),
        f"src/{_module(name)}/__init__.py": "",
        "README.md": f"# {name}\n",
    }
    newline = newline_of(snapshot.root.text)
    for below, text in texts.items():
        path = join(place, below)
        if snapshot.files.kind(path) is None:
            edits = (Edit(Span(0, 0), text.replace("\n", newline)),) if text else ()
            yield Change(path, edits, create=True)


def _manifest(snapshot: Snapshot, name: str, place: str) -> str:
    model = _model(snapshot, place)
    python = snapshot.root.shared.requires_python
    if python is None and model is not None:
        python = model.shared.requires_python
    lines = ["[project]", f"name = {string_text(name)}", 'version = "0.1.0"']
    lines.append('readme = "README.md"')
    if python is not None:
        lines.append(f"requires-python = {string_text(python)}")
    lines += ["dependencies = []", "", "[build-system]", *_build_system(snapshot, model)]
    return "\n".join([*lines, ""])


def _model(snapshot: Snapshot, place: str) -> Manifest | None:
    """Return the member that a new one is to be like: one beside it, or the first one."""
    members = [one for one in snapshot.workspace.members.values() if not one.is_root]
    beside = (one for one in members if parent(one.directory) == parent(place))
    model = next(beside, members[0] if members else None)
    return snapshot.manifests.get(model.path) if model is not None else snapshot.root


def _build_system(snapshot: Snapshot, model: Manifest | None) -> list[str]:
    """Return the lines of `[build-system]`: those of the model where its backend needs no settings."""
    if model is not None:
        with model.lent():
            table = model.tree.root.table("build-system")
            requires = table.get("requires") if table else None
            backend = table.get("build-backend") if table else None
            texts = [string_text(one.value) for one in strings(requires)]
            if isinstance(backend, String) and backend.value in _BACKENDS and texts:
                written = f"build-backend = {string_text(backend.value)}"
                return [f"requires = [{', '.join(texts)}]", written]
    version = snapshot.uv_version()
    major, minor, *_ = version
    lowest = ".".join(map(str, version))
    requires_uv = f"uv_build>={lowest},<{major}.{minor + 1}"
    return [f"requires = [{string_text(requires_uv)}]", 'build-backend = "uv_build"']
