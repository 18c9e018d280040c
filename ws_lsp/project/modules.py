"""Which Python modules a project provides, and which other Python files belong to it. Pure.

A project says in its manifest where its modules are, in the words of its build backend; else they are
found as build backends find them: below `src`, or beside the manifest.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from ws_lsp.named_tuple import NamedTuple
from ws_lsp.regular_expression import regular_expression
from ws_lsp.schema.keys import BUILD_BACKEND
from ws_lsp.toml.tree import Array, Node, String, Table, strings
from ws_lsp.vfs import FileSystem, Kind, base_name, join, normal_form

__all__ = [
    "ModulePlace",
    "ProjectFiles",
    "SourceFile",
    "build_backend",
    "module_places",
    "project_files",
    "regular_packages",
]


class ModulePlace(NamedTuple):
    """Where modules are: the directory that their names begin in, seen from the project's, and which.

    `directory` is None where convention decides between `src` and the project's own; `module`, dotted,
    is None for all that is there.
    """

    directory: str | None
    module: str | None


class SourceFile(NamedTuple):
    """A Python source; `development` tells that it is not installed, or is a test."""

    path: str
    development: bool


class ProjectFiles(NamedTuple):
    """The Python files of a project.

    `modules` are those that it provides, dotted, namespace packages without a file left out. `stems`
    are the paths of all its files without `.py` or `/__init__.py`: what is importable beside a script.
    """

    modules: frozenset[str]
    sources: tuple[SourceFile, ...]
    stems: frozenset[str]


# -------------------------------------------------------------------- the manifest


def build_backend(root: Table) -> str | None:
    """Return the build backend that a manifest names."""
    return _text(root.get("build-system", "build-backend"))


def uses_uv_build(root: Table) -> bool:
    """Tell whether uv's own build backend builds the project."""
    return build_backend(root) == "uv_build"


def uses_hatchling(root: Table) -> bool:
    """Tell whether hatchling builds the project."""
    return build_backend(root) == "hatchling.build"


def module_places(root: Table, name: str) -> tuple[ModulePlace, ...]:
    """Return where a manifest says that its modules are; `name` is the project's, normalised.

    Read are the settings of uv_build (`module-root`, `module-name`), hatchling, setuptools, poetry-core,
    flit-core, pdm-backend and maturin.
    """
    if uses_uv_build(root):
        settings = root.table("tool", "uv", BUILD_BACKEND)
        place = _text(settings.get("module-root") if settings else None)
        modules = _texts(settings.get("module-name") if settings else None)
        place = "src" if place is None else place
        return tuple(ModulePlace(place, one) for one in modules or (name.replace("-", "_"),))
    tool = root.table("tool")
    if tool is None or tool.entries.keys().isdisjoint(_TOOLS):
        return ()
    found = [*_hatchling(root), *_setuptools(root), *_poetry(root)]
    for path in (("pdm", "build", "package-dir"), ("maturin", "python-source")):
        place = _text(root.get("tool", *path))
        if place is not None:
            found.append(ModulePlace(place, None))
    module = _text(root.get("tool", "flit", "module", "name"))
    if module is not None:
        found.append(ModulePlace(None, module))
    return tuple(found)


_TOOLS = frozenset({"hatch", "setuptools", "poetry", "pdm", "maturin", "flit"})


def _hatchling(root: Table) -> Iterator[ModulePlace]:
    build = ("tool", "hatch", "build")
    for path in ((*build, "targets", "wheel"), build):
        packages = _texts(root.get(*path, "packages"))
        for package in packages:
            place = normal_form(package)
            yield ModulePlace(place.rpartition("/")[0], base_name(place))
        if packages:
            return


def _setuptools(root: Table) -> Iterator[ModulePlace]:
    settings = root.table("tool", "setuptools")
    if settings is None:
        return
    directories = settings.get("package-dir")
    place = _text(directories.get("") if isinstance(directories, Table) else None)
    where = _texts(root.get("tool", "setuptools", "packages", "find", "where"))
    modules = [*_texts(settings.get("packages")), *_texts(settings.get("py-modules"))]
    for module in modules:
        yield ModulePlace(place or "", module)
    if not modules:
        for one in where or ((place,) if place is not None else ()):
            yield ModulePlace(one, None)


def _poetry(root: Table) -> Iterator[ModulePlace]:
    packages = root.get("tool", "poetry", "packages")
    for package in packages.items if isinstance(packages, Array) else ():
        include = _text(package.get("include")) if isinstance(package, Table) else None
        if isinstance(package, Table) and include is not None:
            module = normal_form(include).split("/")[0].removesuffix(".py")
            yield ModulePlace(_text(package.get("from")) or "", module)


def _text(node: Node | None) -> str | None:
    return node.value if isinstance(node, String) else None


def _texts(node: Node | None) -> tuple[str, ...]:
    """Return a string, or the strings of an array."""
    if isinstance(node, String):
        return (node.value,)
    return tuple(item.value for item in strings(node))


# ----------------------------------------------------------------------- the files

Modules: TypeAlias = Mapping[str, str]
"""Paths of modules, by dotted name."""


def project_files(
    files: FileSystem, directory: str, name: str, places: tuple[ModulePlace, ...], package: bool
) -> ProjectFiles:
    """Return the Python files of the project in a directory, without those of projects below it.

    `package` tells whether the project is installed. If it is not, it provides nothing to others, and
    all that is no test is what it is for.
    """
    sources = sorted(_sources(files, directory, directory))
    modules: dict[str, str] = {}
    if package:
        for place in places or (ModulePlace(None, None),):
            modules |= _modules_of(files, directory, name, place, sources)
    installed = {*modules.values()}

    def is_development(path: str) -> bool:
        if package and path not in installed:
            return True
        pattern = _SHIPPED_TEST if package else _DEVELOPMENT_FILE
        return pattern.search(path, len(directory.rstrip("/"))) is not None

    return ProjectFiles(
        frozenset(modules),
        tuple(SourceFile(path, is_development(path)) for path in sources if path.endswith(".py")),
        frozenset(_stem(path) for path in sources),
    )


def regular_packages(
    files: FileSystem, directory: str, name: str, places: tuple[ModulePlace, ...]
) -> Iterator[tuple[str, str]]:
    """Yield the packages with an `__init__.py` that a project surely installs, and their directories.

    Nothing is read but listings. Where the manifest does not say which there are, they are the one that is
    called as the project, or else those below `src`.
    """
    own = name.replace("-", "_")
    for place in places or (ModulePlace(None, own), ModulePlace("src", None)):
        found = False
        for base in ("src", "") if place.directory is None else (place.directory,):
            top = join(directory, base)
            for package in _regular_below(files, top, (), place.module):
                found = True
                yield package
        if found and not places:
            return


def _regular_below(
    files: FileSystem, top: str, path: tuple[str, ...], module: str | None
) -> Iterator[tuple[str, str]]:
    """Yield the packages below a directory that are no namespaces, the uppermost; with `module` that one alone."""
    directory = join(top, "/".join(path)) if path else top
    listing = files.listing(directory)
    if "pyvenv.cfg" in listing or (path and "pyproject.toml" in listing):
        return
    if path and ("__init__.py" in listing or "__init__.pyi" in listing):
        yield ".".join(path), directory
        return
    wanted = module.split(".") if module is not None else []
    for name, kind in listing.items() if len(path) < _DEEPEST else ():
        asked = wanted[len(path) : len(path) + 1]
        if (
            kind is Kind.DIRECTORY
            and name.isidentifier()
            and name not in _SKIPPED
            and (not asked or asked[0].lower() == name.lower())
        ):
            yield from _regular_below(files, top, (*path, name), module)


_DEEPEST = 4
"""So deep namespaces are looked into."""


def _modules_of(
    files: FileSystem, directory: str, name: str, place: ModulePlace, sources: list[str]
) -> Modules:
    if place.directory is not None:
        return _named(_below(join(directory, place.directory), sources), place.module)
    modules = _named(_below(join(directory, "src"), sources), place.module)
    if modules:
        return modules
    beside = _below(directory, sources)
    own = _named(beside, place.module or name.replace("-", "_"))
    if own or place.module is not None:
        return own
    return {
        module: path
        for module, path in beside.items()
        if module.partition(".")[0].lower() not in _DEVELOPMENT
    }


def _below(directory: str, sources: list[str]) -> Modules:
    """Return the modules whose names begin in a directory."""
    start = f"{directory.rstrip('/')}/"
    found: dict[str, str] = {}
    for path in sources:
        if path.startswith(start):
            parts = _stem(path)[len(start) :].split("/")
            if all(part.isidentifier() for part in parts):
                found[".".join(parts)] = path
    return found


def _named(modules: Modules, name: str | None) -> Modules:
    """Return a module and what is below it; like uv_build, without regard to upper and lower case."""
    if name is None:
        return modules
    wanted = name.lower()
    return {
        module: path
        for module, path in modules.items()
        if module.lower() == wanted or module.lower().startswith(f"{wanted}.")
    }


def _sources(files: FileSystem, directory: str, root: str) -> Iterator[str]:
    """Yield the Python files below a directory that belong to the project at `root`."""
    listing = files.listing(directory)
    if "pyvenv.cfg" in listing or (directory != root and "pyproject.toml" in listing):
        return
    for name, kind in listing.items():
        if kind is Kind.FILE and name.endswith((".py", ".pyi")):
            yield f"{directory.rstrip('/')}/{name}"
        elif kind is Kind.DIRECTORY and not name.startswith(".") and name not in _SKIPPED:
            if directory == root and name in _BUILT:
                continue
            yield from _sources(files, f"{directory.rstrip('/')}/{name}", root)


_SKIPPED = frozenset({"__pycache__", "node_modules", "site-packages"})
_BUILT = frozenset({"build", "dist"})
"""Directories beside a manifest that hold copies of the sources."""
_DEVELOPMENT = frozenset(
    {
        *("test", "tests", "testing", "conftest", "doc", "docs", "example", "examples", "sample"),
        *("samples", "script", "scripts", "tool", "tools", "benchmark", "benchmarks", "setup"),
        *("noxfile", "tasks", "fabfile", "toxfile", "conf", "ci", "bin", "packages", "templates"),
    }
)
"""What stands beside a manifest without being a module that the project provides."""
_DEVELOPMENT_FILE = regular_expression(
    r"/(?:tests?|docs?|examples?|scripts|benchmarks)/"
    r"|/(?:test_[^/]*|[^/]*_test|conftest|noxfile|setup)\.py\Z"
)
_SHIPPED_TEST = regular_expression(r"/tests/|/(?:test_[^/]*|conftest)\.py\Z")
"""Fewer than others: `acme.test` may be what a package is for."""


def _stem(path: str) -> str:
    """Return what a file is imported as, as a path."""
    stem = path.removesuffix(".pyi").removesuffix(".py")
    return stem.removesuffix("/__init__")
