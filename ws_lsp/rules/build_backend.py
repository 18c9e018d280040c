"""Rules about what uv's own build backend, `uv_build`, reads: its settings, `[project]` and some files.

What it refuses stops the builds of the project. Other backends have their own ways: of what they read,
only a file that is not there is reported.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from ws_lsp.checking.build_requirements import severity_of_build
from ws_lsp.checking.findings import NO_RISK, Change, Finding, Fix, Severity
from ws_lsp.checking.reported_faults import counts, report
from ws_lsp.checking.rule import BELONGING, Rule, rule
from ws_lsp.checking.suggestions import MOVE, REMOVAL
from ws_lsp.checking.view import View
from ws_lsp.grammar.requirement import (
    contradicts,
    lenient_requirement_problem,
    requirement_problem,
    requirement_url,
)
from ws_lsp.grammar.spdx import license_problem
from ws_lsp.grammar.url import url_problem
from ws_lsp.named_tuple import NamedTuple
from ws_lsp.project.modules import build_backend
from ws_lsp.project.portable_globs import pattern_problem
from ws_lsp.project.uv_build import is_direct, specifier
from ws_lsp.project.versions import NEWEST, Feature
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.faults import Fault, faults
from ws_lsp.schema.formats import module_problem
from ws_lsp.schema.keys import BUILD_BACKEND, CACHE_KEYS
from ws_lsp.schema.pyproject import BUILT_PROJECT
from ws_lsp.schema.shapes import Layer
from ws_lsp.schema.tool_uv import BUILD_BACKEND_TABLE, TOOL_UV
from ws_lsp.text import Edit, Span
from ws_lsp.toml.edit import insert_entry, replace_string, string_text
from ws_lsp.toml.tree import Array, Entry, Node, Scalar, String, Table, strings
from ws_lsp.vfs import Kind, join, normal_form, relative

__all__ = ["RULES"]

_OTHER_MODULE = "The module in the other directory may not be the one that is meant"

_EMPTY_MODULE = "The module is empty, and the one that is meant may lie elsewhere"

_SETTINGS = ("tool", "uv", BUILD_BACKEND)
_NO_SETTINGS = Table(0, 0)


def _settings(view: View) -> Entry | None:
    uv = view.manifest.uv
    return uv.entries.get(BUILD_BACKEND) if uv is not None else None


@rule("invalid-build-setting", Severity.ERROR, *BELONGING, risks=(NO_RISK, MOVE, REMOVAL))
def invalid_build_setting(view: View, rule: Rule) -> Iterator[Finding]:
    """A setting that a build reads has a value that uv or `uv_build` refuses.

    That is one of `[tool.uv.build-backend]` where `uv_build` builds the project, and `cache-keys` of
    `[tool.uv]` whatever builds it. uv locks the workspace, and fails where it builds the project: an
    error where a bare `uv sync` or the sync of `default-packages` does, a warning elsewhere.

    ```toml
    [build-system]
    requires = ["uv_build>=0.9,<0.14"]
    build-backend = "uv_build"

    [tool.uv.build-backend]
    module-root = "../src"  # leads out of the project
    ```

    Write a value of the kind that the message names.
    """
    uv = view.manifest.uv
    keys = uv.entries.get(CACHE_KEYS) if uv is not None else None
    entry = _settings(view) if view.manifest.uses_uv_build else None
    if (entry is None and keys is None) or not view.is_ever_built():
        return
    found: list[Fault] = []
    if entry is not None:
        named = f"`{BUILD_BACKEND}`"
        found += faults(entry.value, BUILD_BACKEND_TABLE, named, Layer.BUILD, entry)
    if keys is not None and view.uv_has(Feature.CACHE_KEYS_ARE_READ):
        shape = TOOL_UV.keys[CACHE_KEYS].shape
        found += faults(keys.value, shape, f"`{CACHE_KEYS}`", Layer.SETTINGS, keys)
    for fault in found:
        if counts(view, fault):
            yield report(view, rule, fault, severity_of_build(view))
    if keys is not None and not [
        *faults(keys.value, TOOL_UV.keys[CACHE_KEYS].shape, "", Layer.SETTINGS)
    ]:
        for node in _files_of_cache(keys.value):
            problem = _wildcards_problem(node.value)
            if problem is not None:
                message = f"{problem} in `{node.value}`"
                yield rule.finding(view, node.span, message, severity=severity_of_build(view))


def _files_of_cache(value: Node) -> Iterator[String]:
    """Yield the patterns for files in `cache-keys`."""
    for item in value.items if isinstance(value, Array) else ():
        node = item.get("file") if isinstance(item, Table) else item
        if isinstance(node, String):
            yield node


def _wildcards_problem(pattern: str) -> str | None:
    """Say why uv refuses a pattern of `cache-keys`; what has no wildcards is a path, as is what precedes them."""
    parts = pattern.split("/")
    at = next((at for at, part in enumerate(parts) if re.search(r"[*?\[{]", part)), len(parts))
    # a first `]` is one of the characters
    rest = re.sub(r"\\.|\[(?:[!^].|[^!^])[^]]*\]", "", "/".join(parts[at:]), flags=re.DOTALL)
    if "[" in rest:
        return "`[` is not closed"
    depth = 0
    for character in rest:
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0:
            return "`}` closes nothing"
    return "`{` is not closed" if depth else None


# ------------------------------------------------------------------------------ [project]


class _Mistake(NamedTuple):
    """Something that `uv_build` refuses; `since` is the version that began to, where that is known."""

    span: Span
    message: str
    since: Feature | None = None


def _severity(view: View, since: Feature | None) -> Severity | None:
    """Return how bad a refusal is; None where nothing refuses it.

    Where uv asks an index for `uv_build`, that decides which version looks.
    """
    severity = severity_of_build(view)
    if severity is None or since is None:
        return severity
    if is_direct(view.manifest, view.uv_version):
        return severity if view.uv_has(since) else None
    return Severity.WARNING


def _reported(view: View, rule: Rule, refusals: Iterator[_Mistake]) -> Iterator[Finding]:
    for one in refusals:
        severity = _severity(view, one.since)
        if severity is not None:
            yield rule.finding(view, one.span, one.message, severity=severity)


@rule("invalid-metadata", Severity.ERROR, *BELONGING, risks=(NO_RISK, REMOVAL))
def invalid_metadata(view: View, rule: Rule) -> Iterator[Finding]:
    """`[project]` holds what `uv_build` refuses.

    uv itself reads little of `[project]`, and locks the workspace. Its build backend reads all of it:
    types must be right, `license` must be an SPDX expression, persons have a `name` or an `email` and no
    more, classifiers have parts, scripts are written as `module:function`, none is called as a Python
    interpreter is, and nothing is `dynamic`.
    Requirements are read strictly. It is an error where a bare `uv sync`, the sync of `default-packages`
    or `uv lock` builds the project, and a warning elsewhere.

    ```toml
    [project]
    name = "acme-core"
    version = "1"
    license = "Apache 2.0"               # Apache-2.0
    authors = ["Ann <ann@example.org>"]  # a list of tables
    scripts = { acme = "acme_core" }     # acme_core:main

    [build-system]
    requires = ["uv_build>=0.9,<0.14"]
    build-backend = "uv_build"
    ```

    Write what the message asks for.
    """
    project = view.manifest.project
    if project is None or not view.manifest.uses_uv_build:
        return
    for fault in faults(project, BUILT_PROJECT, "`[project]`", Layer.BUILD):
        severity = severity_of_build(view)
        if severity is not None:
            yield report(view, rule, fault, severity)
    yield from _reported(view, rule, _refusals(view, project))


def _refusals(view: View, project: Table) -> Iterator[_Mistake]:
    description, dynamic = project.get("description"), project.entries.get("dynamic")
    if isinstance(description, String) and "\n" in description.value:
        yield _Mistake(description.span, "`description` must be a single line")
    if dynamic is not None and isinstance(dynamic.value, Array) and dynamic.value.items:
        yield _Mistake(dynamic.value.span, "`uv_build` knows no dynamic metadata")
    yield from _readme_refusals(project.entries.get("readme"))
    yield from _license_refusals(project)
    yield from _person_refusals(project)
    for node in strings(project.get("classifiers")):
        if not all(node.value.split(" :: ")) or " :: " not in node.value:
            message = f"`{node.value}` is no classifier: it has parts with ` :: ` between them"
            yield _Mistake(node.span, message, Feature.CLASSIFIERS_HAVE_PARTS)
    yield from _entry_point_refusals(project)
    yield from _import_refusals(project)
    yield from _requirement_refusals(view)


def _person_refusals(project: Table) -> Iterator[_Mistake]:
    for key in ("authors", "maintainers"):
        persons = project.get(key)
        for one in persons.items if isinstance(persons, Array) else ():
            if isinstance(one, Table) and not one.entries:
                yield _Mistake(one.span, f"An entry of `{key}` needs a `name` or an `email`")


def _requirement_refusals(view: View) -> Iterator[_Mistake]:
    for requirement in view.manifest.requirements:
        text = requirement.node.value
        if requirement.path[0] == "project" and lenient_requirement_problem(text) is None:
            url = requirement_url(text) if "@" in text else None
            relative_url = url is not None and "$" not in url and url_problem(url) is not None
            if relative_url or requirement_problem(text) is not None:
                message = f"uv mends `{text}`, and `uv_build` refuses it"
                yield _Mistake(requirement.node.span, message)


_READABLE = ("text/markdown", "text/x-rst", "text/plain")
_EXTENSIONS = (".md", ".rst", ".txt")


def _readme_refusals(entry: Entry | None) -> Iterator[_Mistake]:
    value = entry.value if entry is not None else None
    if isinstance(value, String):
        file = value.value.rstrip("/").rpartition("/")[2]
        stem, dot, extension = file.rpartition(".")
        if f"{dot}{extension}" not in _EXTENSIONS or not stem:
            yield _Mistake(
                value.span,
                f"`{value.value}` must end with {_listed(_EXTENSIONS)}, or be a table with `content-type`",
            )
    elif isinstance(value, Table) and entry is not None:
        span = value.span if value.inline else entry.key.span
        if not any(isinstance(value.get(key), String) for key in ("file", "text")):
            yield _Mistake(span, "`readme` needs a `file` or a `text`")
        kind, charset = value.get("content-type"), value.get("charset")
        if not isinstance(kind, String):
            yield _Mistake(span, "`readme` needs a `content-type`")
        elif kind.value not in _READABLE:
            message = f"`content-type` must be one of {_listed(_READABLE)}"
            yield _Mistake(kind.span, message)
        if isinstance(charset, String) and charset.value != "UTF-8":
            yield _Mistake(charset.span, "`charset` must be `UTF-8`")


def _listed(words: tuple[str, ...]) -> str:
    quoted = [f"`{word}`" for word in words]
    return f"{', '.join(quoted[:-1])} or {quoted[-1]}"


def _license_refusals(project: Table) -> Iterator[_Mistake]:
    entry, files = project.entries.get("license"), project.get("license-files")
    value = entry.value if entry is not None else None
    if isinstance(value, String):
        problem = license_problem(value.value)
        if problem is not None:
            yield _Mistake(value.span, problem)
    elif isinstance(value, Table) and entry is not None:
        span = value.span if value.inline else entry.key.span
        if not any(isinstance(value.get(key), String) for key in ("file", "text")):
            yield _Mistake(span, "`license` needs a `file` or a `text`")
        elif isinstance(files, Array):
            message = "Beside `license-files`, `license` must be an SPDX expression"
            yield _Mistake(span, message)
    for node in strings(files):
        problem = pattern_problem(node.value)
        if problem is not None:
            yield _Mistake(node.span, problem)


_REFERENCE = regular_expression(r"[\w.-]+\s*+:\s*+[\w.-]+\s*+(?:\[[^\[\]]+\])?\Z")
_GROUP = regular_expression(r"\w[\w.]*\Z")
_SCRIPT = regular_expression(r"[\w.-]*[\w-][\w.-]*\Z")
_INTERPRETER = regular_expression(
    r"(?:pythonw?|python3|graalpy|pypy[23]?|python3\.[0-9]{1,3}t?|pythonw3\.[0-9]{1,3}t)\Z"
)
"""The names of the programs that an environment has; uv installs no script in their place."""
_INTERPRETER_AT_FIRST = regular_expression(r"(?:pythonw?|python3(?:\.[0-9]{1,3})?)\Z")
"""Those of them that older versions of uv know."""
_RESERVED = {"console_scripts": "scripts", "gui_scripts": "gui-scripts"}


def _entry_point_refusals(project: Table) -> Iterator[_Mistake]:
    for key in _RESERVED.values():
        table = project.get(key)
        for name, entry in table.entries.items() if isinstance(table, Table) else ():
            if not _SCRIPT.match(name):
                message = f"`{name}` is no name of a script: letters, digits, `.`, `_` and `-`"
                yield _Mistake(entry.key.span, message, Feature.SCRIPTS_HAVE_PLAIN_NAMES)
            elif _INTERPRETER.match(name.lower().removesuffix(".py")):
                since = None if _INTERPRETER_AT_FIRST.match(name) else Feature.MORE_RESERVED_SCRIPTS
                since = since if name == name.lower() else Feature.RESERVED_IN_ANY_CASE
                message = f"A script cannot be called `{name}`: that is the name of an interpreter"
                yield _Mistake(entry.key.span, message, since)
            if isinstance(entry.value, String) and not _REFERENCE.match(entry.value.value.strip()):
                message = f"`{entry.value.value}` is no script: write `module:function`"
                yield _Mistake(entry.value.span, message)
    groups = project.get("entry-points")
    for name, entry in groups.entries.items() if isinstance(groups, Table) else ():
        if name in _RESERVED:
            message = f"`{name}` belongs in `project.{_RESERVED[name]}`"
            yield _Mistake(entry.key.span, message)
        elif not _GROUP.match(name):
            message = f"`{name}` is no group of entry points: letters, digits, `_` and `.`"
            yield _Mistake(entry.key.span, message)


def _import_refusals(project: Table) -> Iterator[_Mistake]:
    since = Feature.IMPORT_NAMES
    named: set[str] = set()
    for key in ("import-names", "import-namespaces"):
        value = project.get(key)
        if key == "import-namespaces" and isinstance(value, Array) and not value.items:
            yield _Mistake(value.span, f"`{key}` cannot be empty", since)
        for node in strings(value):
            name, semicolon, suffix = node.value.partition(";")
            name = name.rstrip() if semicolon else name
            if semicolon and suffix.strip() != "private":
                message = f"`{suffix.strip()}` is not `private`, which alone may follow the name"
                yield _Mistake(node.span, message, since)
            elif name.partition(".")[0].endswith("-stubs") or module_problem(name):
                yield _Mistake(node.span, f"`{name}` is not the name of a Python module", since)
            elif key == "import-namespaces" and name in named:
                message = f"`{name}` stands in `import-names` as well"
                yield _Mistake(node.span, message, since)
            if key == "import-names":
                named.add(name)


# ---------------------------------------------------------------------------------- files


@rule("missing-module", Severity.ERROR, *BELONGING, risks=(_OTHER_MODULE, _EMPTY_MODULE))
def missing_module(view: View, rule: Rule) -> Iterator[Finding]:
    """There is no module where `uv_build` looks for it.

    The module has the name of the project, in small letters and with `_` for `-`, or that of
    `module-name`; it is in `src`, or in `module-root`, and has an `__init__.py`. That of a project `x-stubs`
    is `x-stubs/__init__.pyi`. A dotted name is one in a namespace: no directory above may have an
    `__init__.py`. With `namespace = true` nothing is looked for. It is an error where a bare `uv sync` or
    the sync of `default-packages` builds the project, and a warning elsewhere.

    ```toml
    [project]
    name = "acme-core"  # there is no src/acme_core/__init__.py
    version = "1"

    [build-system]
    requires = ["uv_build>=0.9,<0.14"]
    build-backend = "uv_build"
    ```

    Create the module, or say where it is: `module-name` and `module-root` of `[tool.uv.build-backend]`.
    """
    name = view.manifest.name
    if name is None or not view.manifest.uses_uv_build:
        return
    settings = _sound_settings(view)
    if settings is None:
        return
    root = settings.get("module-root")
    place = normal_form(root.value if isinstance(root, String) else "src")
    named = settings.get("module-name")
    nodes = (named,) if isinstance(named, String) else strings(named)
    for node in nodes if named is not None else (view.manifest.name_node,):
        if node is None:
            continue
        default = f"{name.removesuffix('-stubs').replace('-', '_')}"
        default += "-stubs" if name.endswith("-stubs") else ""
        module = default if named is None else node.value
        if named is not None and _is_inside_another(module, nodes):
            continue
        problem = _module_problem(view, place, module, named is not None)
        severity = severity_of_build(view) if problem is not None else None
        if problem is not None and severity is not None:
            fixes = _module_fixes(view, place, module, root)
            yield rule.finding(view, node.span, problem, *fixes, severity=severity)


def _sound_settings(view: View) -> Table | None:
    """Return the settings by which modules are looked for, None where they are not, or are wrong."""
    entry = _settings(view)
    if entry is None:
        return _NO_SETTINGS
    value = entry.value
    wrong = faults(value, BUILD_BACKEND_TABLE, "", Layer.BUILD, entry)
    if not isinstance(value, Table) or any(True for _ in wrong):
        return None
    namespace = value.get("namespace")
    return None if isinstance(namespace, Scalar) and namespace.is_true else value


def _is_inside_another(module: str, nodes: tuple[String, ...]) -> bool:
    """Tell whether a module comes along with one that is named beside it."""
    return any(module.startswith(f"{other.value}.") for other in nodes)


def _init_file(module: str) -> str:
    return f"__init__.py{'i' if module.partition('.')[0].endswith('-stubs') else ''}"


def _module_problem(view: View, place: str, module: str, explicit: bool) -> str | None:
    directory = view.manifest.directory
    parts = module.split(".")
    file = join(join(directory, place), "/".join((*parts, _init_file(module))))
    if view.kind_of(file) is not Kind.FILE:
        return f"`uv_build` finds no module `{module}`: there is no `{relative(file, directory)}`"
    for count in range(len(parts) - 1, -1, -1) if explicit else ():
        above = join(join(directory, place), "/".join(parts[:count]))
        for name in ("__init__.py", "__init__.pyi"):
            file = join(above, name)
            if view.kind_of(file) is not None:
                return f"`{module}` is in no namespace: there is a `{relative(file, directory)}`"
    return None


def _module_fixes(view: View, place: str, module: str, root: Node | None) -> Iterator[Fix]:
    directory, tree = view.manifest.directory, view.manifest.tree
    path = "/".join((*module.split("."), _init_file(module)))
    for other in ("", "src"):
        if other != place and view.kind_of(join(join(directory, other), path)) is Kind.FILE:
            if isinstance(root, String):
                edits = [replace_string(root, other)]
            else:
                edits = insert_entry(tree, _SETTINGS, "module-root", string_text(other))
            title = f"Write `module-root = {string_text(other)}`"
            yield Fix(title, (view.change(*edits),), risk=_OTHER_MODULE)
    wanted = join(join(directory, place), path)
    if view.kind_of(wanted) is None:
        create = Change(wanted, (Edit(Span(0, 0), ""),), create=True)
        yield Fix(f"Create `{relative(wanted, directory)}`", (create,), risk=_EMPTY_MODULE)


@rule("missing-file", Severity.ERROR, *BELONGING)
def missing_file(view: View, rule: Rule) -> Iterator[Finding]:
    """A file that a build needs is not there.

    `uv_build` reads the files that `readme` and `license` name, each entry of `license-files` must match
    one, and the directories of `data` in `[tool.uv.build-backend]` must exist. It is an error where a bare
    `uv sync` or the sync of `default-packages` builds the project. Elsewhere, and with other build
    backends, of which most refuse it too, it is a warning.

    ```toml
    [project]
    readme = "README.md"           # there is no such file
    license-files = ["LICENSE*"]   # nothing matches
    ```

    Create the file, or correct the path: it is relative to the `pyproject.toml`.
    """
    if view.manifest.project is None or view.manifest.build_system is None:
        return
    if view.manifest.uses_uv_build:
        yield from _reported(view, rule, _missing_files(view, view.manifest.project))
        return
    for one in _missing_files(view, view.manifest.project):
        if view.is_ever_built():
            yield rule.finding(view, one.span, one.message, severity=Severity.WARNING)


def _missing_files(view: View, project: Table) -> Iterator[_Mistake]:
    yield from _missing_texts(view, project)
    for node in strings(project.get("license-files")):
        plain = re.search(r"[\[*?]", node.value) is None
        if not (view.manifest.uses_uv_build or plain) or pattern_problem(node.value):
            continue
        if not view.has_file(view.manifest.directory, node.value):
            message = f"`{node.value}` matches no file"
            yield _Mistake(node.span, message, Feature.LICENSES_MUST_MATCH)
    if view.manifest.uses_uv_build:
        yield from _missing_data(view)


def _missing_texts(view: View, project: Table) -> Iterator[_Mistake]:
    for key in ("readme", "license"):
        value = project.get(key)
        node = value.get("file") if isinstance(value, Table) else value
        if isinstance(value, Table) and key == "license" and isinstance(value.get("text"), String):
            continue
        if not isinstance(node, String) or (key == "license" and node is value):
            continue
        kind = view.kind_of(join(view.manifest.directory, node.value))
        if kind is not Kind.FILE:
            is_directory = kind is not None and kind.is_directory
            what = "is a directory" if is_directory else "does not exist"
            yield _Mistake(node.span, f"`{node.value}` {what}")


def _missing_data(view: View) -> Iterator[_Mistake]:
    directory, entry = view.manifest.directory, _settings(view)
    data = entry.value.get("data") if entry is not None and isinstance(entry.value, Table) else None
    for inner in data.entries.values() if isinstance(data, Table) else ():
        node = inner.value
        if not isinstance(node, String):
            continue
        path = join(directory, node.value)
        since = Feature.SCRIPTS_HAVE_PLAIN_NAMES
        if f"{path}/".startswith(f"{directory.rstrip('/')}/"):
            if view.kind_of(path) in (None, Kind.DANGLING):
                yield _Mistake(node.span, f"`{node.value}` does not exist", since)
        else:
            yield _Mistake(node.span, f"`{node.value}` leads out of the project", since)


# ------------------------------------------------------------------- what uv warns of


@rule("unpackaged-scripts", Severity.WARNING, *BELONGING)
def unpackaged_scripts(view: View, rule: Rule) -> Iterator[Finding]:
    """`scripts` or `gui-scripts` of a project that is not installed as a package.

    uv installs entry points along with the package. Without a `[build-system]`, and with
    `package = false`, it installs nothing of the project but what that requires, and warns.

    ```toml
    [project]
    name = "acme-tool"
    version = "1"
    scripts = { acme = "acme_tool:main" }  # and no [build-system]
    ```

    Add a `[build-system]`, or `package = true` to `[tool.uv]`.
    """
    project = view.manifest.project
    entries = [project.entries.get(key) for key in _RESERVED.values()] if project else []
    found = next((entry for entry in entries if entry is not None), None)
    if found is None or view.is_package() or view.manifest.package:
        return
    message = f"`{found.key.text}` has no effect: the project is not installed as a package"
    yield rule.finding(view, found.key.span, message)


@rule("reserved-script", Severity.WARNING, *BELONGING)
def reserved_script(view: View, rule: Rule) -> Iterator[Finding]:
    """A script has a name by which an environment is activated.

    uv installs `activate`, `activate_this.py` and `activate.…` beside the scripts of an environment or in
    place of them, and warns.

    ```toml
    [project.scripts]
    activate = "acme:main"
    ```

    Give the script another name.
    """
    project = view.manifest.project
    if project is None or not view.manifest.uses_uv_build or not view.is_ever_built():
        return
    for key in _RESERVED.values():
        table = project.get(key)
        for name, entry in table.entries.items() if isinstance(table, Table) else ():
            if name in ("activate", "activate_this.py") or name.startswith("activate."):
                message = f"A script called `{name}` takes the place of one that activates the environment"
                yield rule.finding(view, entry.key.span, message)


@rule("ignored-build-settings", Severity.WARNING, *BELONGING)
def ignored_build_settings(view: View, rule: Rule) -> Iterator[Finding]:
    """`[tool.uv.build-backend]` stands beside another build backend, which does not read it.

    uv warns where it builds the project. It does not mind where a `backend-path` leads to a backend in
    the project, which may hand over to `uv_build`.

    ```toml
    [build-system]
    requires = ["hatchling"]
    build-backend = "hatchling.build"

    [tool.uv.build-backend]
    module-name = "acme"  # has no effect
    ```

    Remove the table, or build with `uv_build`.
    """
    entry = _settings(view)
    if entry is None or view.manifest.uses_uv_build or not view.is_package():
        return
    system = view.manifest.build_system
    table = system.value if system is not None else None
    if isinstance(table, Table) and "backend-path" in table.entries:
        return
    backend = build_backend(view.manifest.tree.root)
    shown = f"`{backend}`" if backend is not None else "setuptools"
    message = f"`{BUILD_BACKEND}` has no effect: {shown} builds the project, not `uv_build`"
    yield rule.finding(view, entry.key.span, message)


@rule("license-classifier", Severity.WARNING, *BELONGING)
def license_classifier(view: View, rule: Rule) -> Iterator[Finding]:
    """A classifier `License :: …`, of which `uv_build` warns.

    They are ambiguous, and PEP 639 has replaced them by `license` and `license-files`.

    ```toml
    [project]
    classifiers = ["License :: OSI Approved :: MIT License"]  # license = "MIT"
    ```

    Remove the classifier, and name the licence in `license`.
    """
    project = view.manifest.project
    if project is None or not view.manifest.uses_uv_build or not view.is_ever_built():
        return
    for node in strings(project.get("classifiers")):
        if node.value.startswith("License :: "):
            message = f"`{node.value}` is deprecated: name the licence in `license`"
            yield rule.finding(view, node.span, message)


@rule("redundant-module", Severity.WARNING, *BELONGING)
def redundant_module(view: View, rule: Rule) -> Iterator[Finding]:
    """`module-name` names a module twice, or one that is inside another one.

    ```toml
    [tool.uv.build-backend]
    module-name = ["acme", "acme.core"]  # acme.core comes along with acme
    ```

    Remove the entry.
    """
    entry = _settings(view)
    value = entry.value if entry is not None else None
    named = value.get("module-name") if isinstance(value, Table) else None
    if not isinstance(named, Array) or not view.manifest.uses_uv_build or not view.is_ever_built():
        return
    nodes = strings(named)
    for index, node in enumerate(nodes):
        again = any(one.value == node.value for one in nodes[:index])
        if again or _is_inside_another(node.value, nodes):
            message = f"`{node.value}` comes along with another entry"
            yield rule.finding(view, node.span, message, unnecessary=True)


@rule("uv-build-version", Severity.WARNING, *BELONGING)
def uv_build_version(view: View, rule: Rule) -> Iterator[Finding]:
    """The range of `uv_build` leaves out the uv that builds, or has no upper bound.

    uv builds with its own `uv_build` where a range suits that, or an older one which is the same. It warns
    where the range leaves out the version of uv itself. Without an upper bound, a later `uv_build` may
    break what was published: `uv build` warns of it, and so does `uv sync` up to uv 0.12.5.

    ```toml
    [build-system]
    requires = ["uv_build>=0.9,<0.10"]  # with uv 0.13
    build-backend = "uv_build"
    ```

    Write a range with the version of uv in it, such as `uv_build>=0.9,<0.14`.
    """
    asked = specifier(view.manifest)
    if asked is None or not view.is_ever_built():
        return
    (requirement,) = view.manifest.build_requirements
    text = requirement.node.value
    if not any(operator in asked for operator in ("<", "==", "~=")):
        message = f"`{text}` has no upper bound: a later `uv_build` may break what is published"
        silent = view.uv_has(Feature.BUILDS_WITHOUT_BOUND)
        severity = Severity.INFORMATION if silent else Severity.WARNING
        yield rule.finding(view, requirement.node.span, message, severity=severity)
    elif contradicts(_dotted(NEWEST), asked):
        deciding = view.uv_version()
        if contradicts(_dotted(deciding), asked) and is_direct(view.manifest, lambda: deciding):
            message = f"`{text}` leaves out uv {_dotted(deciding)}, which builds the project"
            yield rule.finding(view, requirement.node.span, message)


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))


RULES = (
    invalid_build_setting,
    invalid_metadata,
    missing_module,
    missing_file,
    unpackaged_scripts,
    reserved_script,
    ignored_build_settings,
    license_classifier,
    redundant_module,
    uv_build_version,
)
