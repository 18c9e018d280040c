"""Rules about what the files of a workspace must agree on."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from ws_lsp.project.manifest import Requirement, name_and_specifier
from ws_lsp.project.markers import holds_somewhere, python_overlap
from ws_lsp.project.names import Name, NameIndex, normalise
from ws_lsp.project.requirement import (
    contradicts,
    is_unsatisfiable,
    marker_problem,
    releases_overlap,
    requirement_marker,
    requirement_url,
    specifiers_problem,
    version_problem,
)
from ws_lsp.project.url import ARCHIVES, file_path, has_archive_extension
from ws_lsp.rules.base import Finding, Fix, Related, Rule, Scope, Severity, View, rule
from ws_lsp.rules.lowering import severity
from ws_lsp.rules.ranges import exclude_each_other, may_meet
from ws_lsp.rules.requirements import is_in_use, is_served_by_index
from ws_lsp.rules.sources import applying
from ws_lsp.rules.suggestions import question, replacement
from ws_lsp.text import Edit
from ws_lsp.toml.edit import remove_entry
from ws_lsp.toml.tree import Array, String
from ws_lsp.vfs import join

__all__ = ["RULES"]


@rule("disjoint-requires-python", Severity.ERROR)
def disjoint_requires_python(view: View, rule: Rule) -> Iterator[Finding]:
    """No Python version suits all projects of the workspace.

    A workspace has one environment, so uv takes the intersection of every `requires-python`, the root's
    included, and refuses the workspace where that is empty.

    ```toml
    # packages/a/pyproject.toml
    requires-python = ">=3.12"
    # packages/b/pyproject.toml
    requires-python = "<3.12"
    ```

    Widen one of them, or exclude the project from the workspace.
    """
    node = view.manifest.requires_python_node
    if node is None:
        return
    specifiers = view.python_specifiers()
    if releases_overlap(specifiers):
        return
    against = {one for one in specifiers if not releases_overlap(frozenset((one, node.value)))}
    if not against:
        if any(
            not releases_overlap(frozenset(pair)) for pair in combinations(sorted(specifiers), 2)
        ):
            return  # others exclude each other; this one suits both
        against = set(specifiers) - {node.value}
    others = [
        (path, text)
        for path, text in view.python_requirements()
        if text in against and path != view.path
    ]
    related: list[Related] = []
    for path, text in others:
        other = view.other(path)
        place = other.requires_python_node if other else None
        if place is not None:
            related.append(Related(path, place.span, f"`{text}` in `{view.shown(path)}`"))
    named = ", ".join(f"`{text}` in `{view.shown(path)}`" for path, text in others[:3])
    message = f"No Python version suits `{node.value}` and {named}"
    yield rule.finding(view, node.span, message, related=tuple(related))


@rule("editable-conflict", Severity.ERROR)
def editable_conflict(view: View, rule: Rule) -> Iterator[Finding]:
    """One file wants a member to be editable and another wants it not to be.

    A member is installed once, so all sources that say `editable` of it must say the same. A source that
    says nothing of it goes along with either.

    ```toml
    # packages/b/pyproject.toml
    acme-core = { workspace = true, editable = true }
    # packages/c/pyproject.toml
    acme-core = { workspace = true, editable = false }
    ```

    Remove `editable` from one of them.
    """
    for name, flag, entry in view.manifest.editable:
        first = view.first_editable(name)
        if first is None or first[1] == flag:
            continue
        path = first[0]
        other = view.other(path)
        places = [one for said, _, one in other.editable if said == name] if other else []
        related = tuple(Related(path, one.value.span, "The other one") for one in places[:1])
        word, contrary = ("true", "false") if flag else ("false", "true")
        remove = view.change(*remove_entry(view.manifest.tree, entry))
        yield rule.finding(
            view,
            entry.value.span,
            f"`{name}` cannot be `editable = {word}` here and `{contrary}` in `{view.shown(path)}`",
            Fix("Remove `editable`", (remove,)),
            related=related,
        )


@rule("unusable-path", Severity.ERROR)
def unusable_path(view: View, rule: Rule) -> Iterator[Finding]:
    """A `path` source leads to nothing, or to another project.

    The path is relative to the file that it stands in. It must exist and be a directory with a
    `pyproject.toml` or a `setup.py`, or an archive; and the project there must have the name of the
    source, unless it is a member. uv finds out when a requirement uses the source; one that nothing uses
    is a warning here. The same holds for the `file:` URL of a requirement. A package comes from one place
    for the whole workspace, so the version there must suit what other files require.

    ```toml
    [tool.uv.sources]
    legacy = { path = "../legacy" }  # there is no such directory
    ```

    Correct the path.
    """
    for source in view.manifest.sources.values():
        if "path" not in source.kinds or view.member(source.name) is not None:
            continue
        for index, one in enumerate(source.entries):
            node = one.table.get("path")
            if one.kind != "path" or not isinstance(node, String) or not node.value:
                continue
            problem = _path_problem(view, source.name, node.value)
            if problem is not None:
                used = severity(view, source, index, constrained=False)
                if _may_lead_to_one(view, node.value) and not _is_looked_for(view, source.name):
                    used = Severity.WARNING
                yield rule.finding(view, node.span, problem, severity=used)
            elif source.kinds == ("path",) and one.table.entries.keys() <= _UNLIMITED:
                problem = _version_problem(view, source.name, node.value)
                if problem is not None:
                    yield rule.finding(view, node.span, problem)
    for requirement in view.manifest.requirements:
        url = requirement_url(requirement.node.value) if "@" in requirement.node.value else None
        path = file_path(url) if url else None
        # a source takes the place of the URL
        if (
            path
            and requirement.name
            and (not _may_lead_to_one(view, path) or _may_be_wanted(view, requirement))
            and not any(applying(view, requirement))
        ):
            problem = _path_problem(view, requirement.name, path)
            if problem is not None:
                yield rule.finding(view, requirement.node.span, problem)


def _may_lead_to_one(view: View, written: str) -> bool:
    """Tell whether uv takes a path for that of a project or an archive: it refuses another one unseen."""
    kind = view.kind_of(join(view.manifest.directory, written))
    name = written.rstrip("/").rpartition("/")[2].lstrip(".")
    is_directory = kind.is_directory if kind is not None else "." not in name
    return is_directory or has_archive_extension(written)


def _is_looked_for(view: View, name: Name) -> bool:
    """Tell whether uv may look for a package, once it knows where that should be."""
    own = [one for one in view.manifest.requirements if one.name == name]
    return (
        not own
        or any(_may_be_wanted(view, one) for one in own)
        or (view.scope is Scope.ROOT and view.inherits(name))
    )


def _may_be_wanted(view: View, requirement: Requirement) -> bool:
    """Tell whether the extras that the project has let a requirement count: others nobody can ask for."""
    marker = requirement_marker(requirement.node.value)
    if "extra" not in marker or marker_problem(marker):
        return True
    of_project = requirement.path[0] == "project"
    extras = frozenset(view.manifest.extras if of_project else ())
    return holds_somewhere(marker, view.python_specifiers(), extras)


def _path_problem(view: View, name: str, written: str) -> str | None:
    path = join(view.manifest.directory, written)
    if view.member_at(path) is not None:
        return None  # uv knows the members, and does not compare the name
    kind = view.kind_of(path)
    if kind is None:
        return f"`{written}` does not exist"
    if not kind.is_directory:
        if has_archive_extension(written):
            return None
        return f"`{written}` is no directory and no archive ({ARCHIVES})"
    has_manifest = view.kind_of(join(path, "pyproject.toml")) is not None
    if not has_manifest and view.kind_of(join(path, "setup.py")) is None:
        return f"`{written}` has neither a `pyproject.toml` nor a `setup.py`"
    problem = view.project_problem_at(path) if has_manifest else None
    if problem is not None:
        return f"The `pyproject.toml` in `{written}` cannot be used: {problem}"
    found = view.project_name_at(path) if has_manifest else None
    if found is not None and found != name:
        return f"The project in `{written}` is called `{found}`, not `{name}`"
    return None


_UNLIMITED = frozenset({"path", "editable", "package"})
"""Keys of a source that leave it to all requirements of its file."""


def _version_problem(view: View, name: Name, written: str) -> str | None:
    """Say of the project that a member takes a package from which other file wants another version."""
    if view.scope is not Scope.MEMBER or not any(
        one.name == name and ";" not in one.node.value for one in view.manifest.requirements
    ):
        return None
    if not is_served_by_index(view, name):
        return None
    version: str | None = None
    for path, one in view.ranges(name):
        version = version or view.project_version_at(join(view.manifest.directory, written))
        if (
            version is not None
            and contradicts(version, one.specifier)
            and is_in_use(view, one.marker)
        ):
            where = f"`{name}{one.specifier}` of `{view.shown(path)}`"
            return f"The project in `{written}` is {version}, which does not meet {where}"
    return None


@rule("unknown-member-extra", Severity.WARNING)
def unknown_member_extra(view: View, rule: Rule) -> Iterator[Finding]:
    """A requirement asks for an extra that the member does not have.

    uv warns and goes on without it. An extra of the project itself that does not exist is not even
    warned about.

    ```toml
    dependencies = ["acme-core[fast]"]  # acme-core has no extra of that name
    ```

    Correct the name, or add the extra to the member.
    """
    for requirement in view.manifest.requirements:
        if requirement.name is None or requirement.name == view.manifest.name:
            continue
        if "[" not in requirement.node.value:
            continue
        member = view.member(requirement.name)
        if member is None:
            continue
        known = view.extras_of(member)
        for text, span in requirement.extras:
            if known is None or normalise(text) in known:
                continue
            near = NameIndex(known).closest(text)
            message = f"`{member.name}` has no extra `{text}`{question(near)}"
            fixes: tuple[Fix, ...] = ()
            if near is not None and requirement.node.verbatim:
                fixes = (replacement(view, near, Edit(span, near)),)
            yield rule.finding(view, span, message, *fixes)


@rule("required-uv-version", Severity.ERROR, Scope.ROOT, Scope.SETTINGS)
def required_uv_version(view: View, rule: Rule) -> Iterator[Finding]:
    """The installed uv is not one that `required-version` asks for.

    uv then refuses every command. Only the root's setting counts, or that of the `uv.toml` beside it.

    ```toml
    [tool.uv]
    required-version = "<0.10"  # uv 0.13.9 is installed
    ```

    Install another uv, or widen the range.
    """
    path = () if view.scope is Scope.SETTINGS else ("tool", "uv")
    node = view.manifest.tree.root.get(*path, "required-version")
    if not isinstance(node, String):
        return
    # uv reads a bare version as `==`
    wanted = f"=={node.value}" if version_problem(node.value) is None else node.value
    if specifiers_problem(wanted):
        return
    from packaging.specifiers import SpecifierSet

    version = ".".join(map(str, view.uv_version()))
    if not SpecifierSet(wanted).contains(version, prereleases=True):
        message = (
            f"uv {version} is installed, which is not `{node.value}`: uv refuses every command"
        )
        yield rule.finding(view, node.span, message)


@rule("unreachable-environment", Severity.ERROR, Scope.ROOT)
def unreachable_environment(view: View, rule: Rule) -> Iterator[Finding]:
    """An entry of `environments` holds for no Python version of the workspace.

    uv intersects every `requires-python` of the workspace and refuses an environment outside of it.
    Only what entries say of Python versions is looked at here.

    ```toml
    [project]
    requires-python = ">=3.11"

    [tool.uv]
    environments = ["python_version < '3.9'"]
    ```

    Correct the marker, or widen `requires-python`.
    """
    value = view.manifest.uv.get("environments") if view.manifest.uv else None
    for node in value.items if isinstance(value, Array) else ():
        if not isinstance(node, String) or marker_problem(node.value):
            continue
        specifiers = view.python_specifiers()
        if not specifiers or not releases_overlap(specifiers):
            continue
        if not python_overlap(node.value, specifiers):
            wanted = ", ".join(f"`{one}`" for one in sorted(specifiers))
            message = (
                f"`{node.value}` holds for no Python version that the workspace wants: {wanted}"
            )
            yield rule.finding(view, node.span, message)


@rule("impossible-constraint", Severity.ERROR, Scope.ROOT)
def impossible_constraint(view: View, rule: Rule) -> Iterator[Finding]:
    """A constraint or an override allows no version of a package that the workspace requires.

    An override stands in the stead of every requirement of its package, a constraint applies to all of
    them. So its range must neither be empty nor exclude that of another entry; that of a constraint must
    not exclude a requirement's either, whatever file that stands in.

    ```toml
    [tool.uv]
    constraint-dependencies = ["idna<3"]  # and a member requires `idna>=3`
    ```

    Correct the range.
    """
    uv = view.manifest.uv
    above: dict[Name, list[str]] = {}
    for key in ("override-dependencies", "constraint-dependencies"):
        value = uv.get(key) if uv else None
        for node in value.items if isinstance(value, Array) else ():
            pair = name_and_specifier(node.value) if isinstance(node, String) else None
            if not isinstance(node, String) or pair is None or not pair[1]:
                continue
            name, specifier = pair
            others = above.setdefault(name, [])
            problem = _range_problem(view, node.value, name, specifier, others)
            if problem is not None:
                yield rule.finding(view, node.span, problem)
            elif ";" not in node.value:
                others.append(specifier)


def _range_problem(
    view: View, text: str, name: Name, specifier: str, above: list[str]
) -> str | None:
    """Say why no version can meet an override or a constraint, those above it and what is required."""
    marker = requirement_marker(text)
    if (
        view.member(name) is not None
        or not {*(view.root_source(name) or ())} <= {"index"}
        or not view.manifest.left_out.isdisjoint((None, name))
        or not view.is_required(name)
        or not is_in_use(view, marker)
    ):
        return None
    if is_unsatisfiable(text):
        return f"No version of `{name}` can meet `{text}`"
    if "conflicts" in view.splits():
        return None
    for other in above:
        if exclude_each_other((specifier, other)):
            return f"No version can meet both `{text}` and `{name}{other}`"
    for path, one in () if view.is_replaced(name) else view.ranges(name):
        if (
            may_meet(marker, one.marker)
            and exclude_each_other((specifier, one.specifier))
            and is_in_use(view, one.marker)
        ):
            where = f"`{name}{one.specifier}` of `{view.shown(path)}`"
            return f"No version can meet both `{text}` and {where}"
    return None


@rule("unknown-other-workspace", Severity.ERROR)
def unknown_other_workspace(view: View, rule: Rule) -> Iterator[Finding]:
    """`workspace = "<path>"` leads to no workspace, or to one without that member.

    The string is the path of another workspace's root, from the file that it stands in (uv 0.11.31 and
    later). A source that nothing uses is a warning.

    ```toml
    [tool.uv.sources]
    acme-core = { workspace = "../../other" }
    ```

    Correct the path, or the name.
    """
    for source in view.manifest.sources.values():
        if "workspace" not in source.kinds:
            continue
        if view.member(source.name) is not None and source.name != view.manifest.name:
            continue
        for index, one in enumerate(source.entries):
            node = one.table.get("workspace")
            if not isinstance(node, String):
                continue
            members = view.other_workspace(join(view.manifest.directory, node.value))
            if members is not None and source.name in members:
                continue
            message = f"`{node.value}` is not the root of a workspace"
            if members is not None:
                message = f"`{source.key.text}` is not a member of the workspace in `{node.value}`"
            used = severity(view, source, index)
            yield rule.finding(view, node.span, message, severity=used)


RULES = (
    disjoint_requires_python,
    editable_conflict,
    unusable_path,
    unknown_member_extra,
    required_uv_version,
    unreachable_environment,
    impossible_constraint,
    unknown_other_workspace,
)
