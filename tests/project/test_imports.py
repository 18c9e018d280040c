"""What sources import, which modules a project provides, and what of that is another member's."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support import workspace

from ws_lsp.project.imports import imports_of
from ws_lsp.project.manifest import Manifest
from ws_lsp.project.modules import project_files
from ws_lsp.vfs import Memory

# ------------------------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("text", "modules"),
    [
        ("import a, b.c as d", "a b.c"),
        ("from a.b import c, d as e", "a.b.c a.b.d"),
        ("from a import (\n    b,\n    c,\n)", "a.b a.c"),
        ("from a.b import *", "a.b"),
        ("from . import a\nfrom .b import c\nfrom .. import d", ""),
        ("import os, a, typing\nfrom collections import abc\nfrom __future__ import annotations", "a"),
        ("import a; import a", "a"),
        ("def f():\n  class C:\n    async def g():\n      import a", "a"),
        ("for x in y:\n  import a\nelse:\n  import b\nwhile z:\n  import c\nwith w:\n  import d", "a b c d"),
        ("match x:\n  case 1:\n    import a\n  case _:\n    import b", "a b"),
        ("if x:\n  import a\nelif y:\n  import b\nelse:\n  import c", "a b c"),
        # what type checkers alone see
        ("if TYPE_CHECKING:\n  import a\nelse:\n  import b", "b"),
        ("if typing.TYPE_CHECKING:\n  import a\nimport b", "b"),
        ("if not TYPE_CHECKING:\n  import a\nelse:\n  import b", "a"),
        ("if x or TYPE_CHECKING:\n  import a", "a"),
        # what may fail
        ("try:\n  import a\nexcept ImportError:\n  import b\nelse:\n  import c\nfinally:\n  import d", "d"),
        ("try:\n  import a\nexcept (KeyError, ModuleNotFoundError):\n  pass", ""),
        ("try:\n  import a\nexcept builtins.ImportError as e:\n  raise X from e", ""),
        ("try:\n  import a\nexcept Exception:\n  pass\ntry:\n  import b\nexcept:\n  pass", ""),
        ("try:\n  import a\nexcept KeyError:\n  import b", "a b"),
        ("try:\n  import a\nexcept* ImportError:\n  pass\ntry:\n  import b\nfinally:\n  pass", "b"),
        ("try:\n  if x:\n    def f():\n      import a\nexcept ImportError:\n  pass", ""),
        ("with contextlib.suppress(ImportError):\n  import a\nwith suppress(KeyError):\n  import b", "b"),
        ("if importlib.util.find_spec('a'):\n  import a\nelse:\n  import b", "b"),
        ("if find_spec('a') is not None:\n  import a\nif find_spec('b') is None:\n  import c\nelse:\n  import b", "c"),
        ("import pytest\npytest.importorskip('a')\nx = importorskip('b.c')\nimport a.x, ab, b.c, b.d", "pytest ab b.d"),
        # a script with requirements of its own
        ("# /// script\n# dependencies = ['a']\n# ///\nimport a", ""),
        # no Python
        ("import a\nprint 'x'", ""),
        ("import", ""),
        ("import a\0", ""),
        ("x = " + "(" * 5000 + "\nimport a", ""),
        ("x = " + "-" * 100_000 + "1\nimport a", ""),
        ("import {{ cookiecutter.name }}", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_what_is_imported(text: str, modules: str) -> None:
    assert [one.module for one in imports_of(text)] == modules.split()


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("import a, b", [(0, "import a, b"), (0, "import a, b")]),
        ("\ufeff# x\n\n  \nif x: import a; import b", [(3, "import a"), (3, "import b")]),
        ("'\u00e4\U0001f600'; from a import b # \u00e4", [(0, "from a import b")]),
        ("x\r\n\rfrom a import (  \r\n  b,\r\n)\r\nimport b", [(2, "from a import ("), (5, "import b")]),
        ("\u2028 = 1\nimport a", []),
        ("'\u2028\f'\n\fimport a", [(1, "import a")]),
    ],
)  # fmt: skip
def test_where(text: str, places: list[tuple[int, str]]) -> None:
    found = [(one.line.number, one.line.text[slice(*one.span)]) for one in imports_of(text)]
    assert found == places


@given(
    st.text(
        st.sampled_from("import from a.b as try:except\n  \t()if'\\#\0\ufeff\ud800\u00e4\r\f\u2028")
    )
)
def test_no_text_raises(text: str) -> None:
    imports_of(text)


def test_strange_strings_warn_nobody(recwarn: pytest.WarningsRecorder) -> None:
    assert [one.module for one in imports_of("x = '\\d'\nimport a")] == ["a"]
    assert not recwarn.list


# ------------------------------------------------------------------------- the project

UV_BUILD = 'build-system.build-backend = "uv_build"\n'
HATCH = "[tool.hatch.build.targets.wheel]\n"


@pytest.mark.parametrize(
    ("manifest", "paths", "modules", "others"),
    [
        # by convention: `src`, else what has the project's name, else all that is no test
        ("", "src/one/__init__.py src/one/two/three.py src/single.py tests/test_one.py acme_core/__init__.py",
             "one one.two.three single", "acme_core/__init__.py tests/test_one.py"),
        ("", "Acme_Core/api.py other/__init__.py setup.py", "Acme_Core.api", "other/__init__.py setup.py"),
        ("", "one/__init__.py one/tests/x.py one/test/x.py one/test_y.py two.py docs/conf.py src/readme.txt",
             "one one.test.x one.test_y one.tests.x two", "docs/conf.py one/test_y.py one/tests/x.py"),
        # what is no module, and what is nobody's or another project's
        ("", "src/one/native.pyi src/one-stubs/x.pyi src/one/data/two-three/x.py src/one/__pycache__/x.py"
             " .venv/x.py env/pyvenv.cfg env/x.py build/lib/x.py node_modules/x.py src/other/pyproject.toml src/other/x.py",
             "one.native", "src/one/data/two-three/x.py"),
        # uv_build: the project's name below `src`, unless the settings say otherwise
        (UV_BUILD, "src/Acme_Core/__init__.py src/other.py acme_core.py",
             "Acme_Core", "acme_core.py src/other.py"),
        (UV_BUILD + 'tool.uv.build-backend.module-root = ""', "src/acme_core.py acme_core/__init__.py other.py",
             "acme_core", "other.py src/acme_core.py"),
        (UV_BUILD + 'tool.uv.build-backend = { module-root = "lib", module-name = ["one", "two.three"] }',
             "lib/one/__init__.py lib/two/three/four.py lib/two/other.py lib/acme_core/__init__.py",
             "one two.three.four", "lib/acme_core/__init__.py lib/two/other.py"),
        (UV_BUILD + 'tool.uv.build-backend = { module-name = "one", namespace = true }',
             "src/one/two/__init__.py", "one.two", ""),
        # other build backends
        (HATCH + 'packages = ["python/one", "two"]', "python/one/x.py two/__init__.py src/three.py",
             "one.x two", "src/three.py"),
        ('[tool.setuptools.packages.find]\nwhere = ["a", "b"]', "a/one.py b/two/x.py c/three.py", "one two.x", "c/three.py"),
        ('[tool.setuptools]\npackages = ["one", "one.two"]\npackage-dir = { "" = "lib" }', "lib/one/two/x.py lib/x.py", "one.two.x", "lib/x.py"),
        ('[tool.setuptools]\npackage-dir = { "" = "lib" }', "lib/one.py two.py", "one", "two.py"),
        ('[tool.setuptools]\npy-modules = ["one"]', "one.py two.py", "one", "two.py"),
        ('[[tool.poetry.packages]]\ninclude = "one/**/*.py"\nfrom = "lib"', "lib/one/x.py one.py", "one.x", "one.py"),
        ('[tool.flit.module]\nname = "one"', "src/one/x.py src/two.py", "one.x", "src/two.py"),
        ('[tool.pdm.build]\npackage-dir = "lib"', "lib/one.py two.py", "one", "two.py"),
        ('[tool.maturin]\npython-source = "python"', "python/one.py two.py", "one", "two.py"),
        # values of other types say nothing
        ("build-system.build-backend = 1\n[tool]\nuv.build-backend = []\nhatch.build = 1\nsetuptools = []\n"
         "poetry.packages = [1, {}]\nflit.module = [[]]\npdm = 1\nmaturin.python-source = 1", "src/one.py", "one", ""),
    ],
)  # fmt: skip
def test_what_a_project_provides(manifest: str, paths: str, modules: str, others: str) -> None:
    places = Manifest("/p/pyproject.toml", f'{manifest}\n[project]\nname = "acme-core"').shared
    files = Memory({f"/p/{path}": "" for path in ("pyproject.toml", *paths.split())})
    found = project_files(files, "/p", "acme-core", places.module_places, package=True)
    assert " ".join(sorted(found.modules)) == modules
    development = [one.path for one in found.sources if one.development]
    assert " ".join(path.removeprefix("/p/") for path in development) == others


def test_what_is_not_installed_provides_nothing() -> None:
    paths = "main.py src/one/__init__.py tests/helper.py test_main.py noxfile.py"
    files = Memory({f"/p/{path}": "" for path in paths.split()})
    found = project_files(files, "/p", "acme-core", (), package=False)
    assert found.modules == frozenset()
    assert [one.path for one in found.sources if not one.development] == [
        "/p/main.py",
        "/p/src/one/__init__.py",
    ]


# ----------------------------------------------------------------------- the workspace


def test_whose_module_an_import_is() -> None:
    snapshot = workspace("""
#- /pyproject.toml
[tool.uv.workspace]
members = ["packages/*"]
#- /packages/api/pyproject.toml
[project]
name = "acme-api"
[build-system]
#- /packages/api/src/acme/api/__init__.py
from acme import core, nothing, shared
import acme, acme.api.inner, acme.core.engine, acme.shared
from acme.core import Engine
import helper, scripts, unknown
#- /packages/api/src/acme/api/inner.py
import acme.api, acme.core
#- /packages/api/tests/test_api.py
import helper, acme.core, application
#- /packages/api/tests/helper.py
#- /packages/core/pyproject.toml
[project]
name = "acme-core"
[build-system]
#- /packages/core/src/acme/core/__init__.py
#- /packages/core/src/acme/core/engine.py
#- /packages/core/src/acme/shared.py
#- /packages/core/src/helper.py
#- /packages/core/tests/scripts.py
#- /packages/other/pyproject.toml
[project]
name = "acme-other"
[build-system]
#- /packages/other/src/acme/shared.py
#- /packages/application/pyproject.toml
[project]
name = "application"
#- /packages/application/application.py
""")
    found = {
        directory: [
            (one.path.removeprefix("/packages/"), one.found.module, one.module, one.development)
            for one in some
        ]
        for directory, some in snapshot.imports.items()
    }
    api, inner = "api/src/acme/api/__init__.py", "api/src/acme/api/inner.py"
    assert found == {
        "/packages/api": [
            (api, "acme.core", "acme.core", False),
            (api, "acme.core.engine", "acme.core.engine", False),
            (api, "acme.core.Engine", "acme.core", False),
            (api, "helper", "helper", False),
            (inner, "acme.core", "acme.core", False),
            ("api/tests/test_api.py", "acme.core", "acme.core", True),
        ]
    }
    assert {one.provider for some in snapshot.imports.values() for one in some} == {"acme-core"}
