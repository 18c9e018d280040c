"""Rules about what uv's own build backend reads; uv's answers were recorded with 0.13.9."""

from __future__ import annotations

import pytest
from support import check, check_fix, host_of, read

from ws_lsp.checking.checker import Checker
from ws_lsp.rules import build_backend
from ws_lsp.rules.catalogue import RULEBOOK

CODES = {rule.code for rule in build_backend.RULES} - {"uv-build-version"}

HEAD = """
#- /pyproject.toml
[build-system]
requires = ["uv_build"]
build-backend = "uv_build"
[project]
name = "a"
version = "1"
"""
FILES = """
#- /src/a/__init__.py
#- /README.md
#- /LICENSE
"""


def one(text: str, files: str = FILES) -> None:
    check(f"{HEAD}{text}{files}", CODES)


def _of(key: str, value: str, message: str, code: str = "invalid-metadata") -> str:
    """Return a line that has a finding on the whole of its value."""
    return f"{key} = {value}\n#{' ' * (len(key) + 2)}{'^' * len(value)} error[{code}]: {message}\n"


def _item(key: str, value: str, message: str, code: str = "invalid-metadata") -> str:
    """Return a line that has a finding on the only entry of its list."""
    return (
        f"{key} = [{value}]\n#{' ' * (len(key) + 3)}{'^' * len(value)} error[{code}]: {message}\n"
    )


@pytest.mark.parametrize(
    "text",
    [
        'readme = "README.md"\nlicense = "MIT OR Apache-2.0"\nlicense-files = ["LICEN[CS]E*", "**"]',
        'readme = { file = "README.md", content-type = "text/plain" }',
        'readme = { text = "x", content-type = "text/x-rst", charset = "UTF-8" }',
        'license = { file = "LICENSE" }\nauthors = [{ name = "" }, { email = "x" }]\nurls = { x = "y" }',
        'license = { text = "x", file = "no" }\ndynamic = []\nkeywords = ["x"]',
        'classifiers = ["x :: y"]\nimport-names = ["a.b ; private"]\nimport-namespaces = ["n"]',
        'scripts = { "a-b.c" = "a.b-c : d [x, y]" }\nentry-points = { "a.b" = { "x y" = "z" } }',
        'dependencies = ["idna>=3", "c @ https://example.org/c-1.whl"]',
    ],
)
def test_uv_build_takes_it(text: str) -> None:
    one(text)


@pytest.mark.parametrize(
    "text",
    [
        _of("description", '"a\\nb"', "`description` must be a single line"),
        _of("description", "1", "`description` must be a string, not an integer"),
        _of("dynamic", '["readme"]', "`uv_build` knows no dynamic metadata"),
        _of(
            "readme",
            '"README.MD"',
            "`README.MD` must end with `.md`, `.rst` or `.txt`, or be a table with `content-type`",
        )
        + "#        ^^^^^^^^^^^ error[missing-file]: `README.MD` does not exist\n",
        _of("readme", '"no.md"', "`no.md` does not exist", "missing-file"),
        _of("readme", '{ text = "x" }', "`readme` needs a `content-type`"),
        _of("readme", '{ content-type = "text/plain" }', "`readme` needs a `file` or a `text`"),
        _of("license", '"mit"', "`mit` is no SPDX licence. Did you mean `MIT`?"),
        _of("license", '"MIT AND"', "A licence is missing behind `AND`"),
        _of(
            "license",
            '"GPL-2.0"',
            "`GPL-2.0` is a deprecated name of a licence. "
            "Did you mean `GPL-2.0-only` or `GPL-2.0-or-later`?",
        ),
        _of("license", "{}", "`license` needs a `file` or a `text`"),
        _item("license-files", '"no*"', "`no*` matches no file", "missing-file"),
        _item("license-files", '"./LICENSE"', "`./LICENSE` matches no file", "missing-file"),
        _item("license-files", '"src"', "`src` matches no file", "missing-file"),
        _item("license-files", '"a b"', "`" + " " + "` is not allowed in a pattern for files"),
        _item("license-files", '"../x"', "`../x` leads out of the project"),
        _of("keywords", '"x"', "`keywords` must be a list, not a string"),
        _item("authors", '"Ann <a@b.c>"', "An entry of `authors` must be a table, not a string"),
        _item("authors", "{}", "An entry of `authors` needs a `name` or an `email`"),
        _item("classifiers", '"x"', "`x` is no classifier: it has parts with ` :: ` between them"),
        _item("import-names", '"a-b"', "`a-b` is not the name of a Python module"),
        _item("import-names", '"a; x"', "`x` is not `private`, which alone may follow the name"),
        _of("import-namespaces", "[]", "`import-namespaces` cannot be empty"),
        _of("scripts.a", '"a"', "`a` is no script: write `module:function`"),
        _of("gui-scripts.a", '"a:b()"', "`a:b()` is no script: write `module:function`"),
        'license-files = ["LICENSE"]\n'
        + _of(
            "license",
            '{ text = "x" }',
            "Beside `license-files`, `license` must be an SPDX expression",
        ),
        """authors = [{ name = "x", url = "y" }]
#                        ^^^ error[invalid-metadata]: uv refuses `url` in an entry of `authors`, which may hold `name` and `email`
""",
        """scripts = { "a b" = "a:b" }
#           ^^^^^ error[invalid-metadata]: `a b` is no name of a script: letters, digits, `.`, `_` and `-`
""",
        """entry-points = { console_scripts = { a = "a:b" } }
#                ^^^^^^^^^^^^^^^ error[invalid-metadata]: `console_scripts` belongs in `project.scripts`
""",
        _item(
            "dependencies",
            '"idna>=3<4"',
            "uv mends `idna>=3<4`, and `uv_build` refuses it",
        ),
    ],
)
def test_metadata_that_uv_build_refuses(text: str) -> None:
    one(text)


@pytest.mark.parametrize(
    ("settings", "files"),
    [
        ("", "#- /src/a/__init__.py"),
        ('module-root = ""', "#- /a/__init__.py"),
        ('module-root = "./lib/"\nmodule-name = "Up"', "#- /lib/Up/__init__.py"),
        ('module-name = ["n.m", "b"]', "#- /src/n/m/__init__.py\n#- /src/b/__init__.py"),
        ('module-name = "b-stubs"', "#- /src/b-stubs/__init__.pyi"),
        ("module-name = []", ""),
        ("namespace = true", ""),
        # without `module-name` the directory above is not looked at
        ("", "#- /src/a/__init__.py\n#- /src/__init__.py"),
        (
            'data = { scripts = "bin", data = "." }',
            "#- /src/a/__init__.py\n#- /bin/x",
        ),
        # uv refuses the table
        ('module-name = "a-b"', ""),
    ],
)
def test_a_module_that_is_there(settings: str, files: str) -> None:
    check(
        f"{HEAD}[tool.uv.build-backend]\n{settings}\n{files}\n",
        {"missing-module", "missing-file"},
    )


@pytest.mark.parametrize(
    ("settings", "files", "message"),
    [
        (
            'module-name = "b"',
            "",
            "`uv_build` finds no module `b`: there is no `src/b/__init__.py`",
        ),
        (
            'module-name = "b.c"',
            "#- /src/b/__init__.py\n#- /src/b/c/__init__.py",
            "`b.c` is in no namespace: there is a `src/b/__init__.py`",
        ),
        (
            'module-name = "b"',
            "#- /src/__init__.py\n#- /src/b/__init__.py",
            "`b` is in no namespace: there is a `src/__init__.py`",
        ),
        (
            'module-name = "b-stubs"',
            "#- /src/b-stubs/__init__.py",
            "`uv_build` finds no module `b-stubs`: there is no `src/b-stubs/__init__.pyi`",
        ),
    ],
)
def test_a_module_that_is_not_there(settings: str, files: str, message: str) -> None:
    carets = "^" * len(settings.partition("= ")[2])
    finding = f"#             {carets} error[missing-module]: {message}\n"
    check(f"{HEAD}[tool.uv.build-backend]\n{settings}\n{finding}{files}\n", {"missing-module"})


def test_the_module_of_the_project() -> None:
    finding = (
        "#      ^^^^^^ error[missing-module]: `uv_build` finds no module `acme_core`: "
        "there is no `src/acme_core/__init__.py`\n"
    ).replace("^^^^^^", "^" * len('"Acme.Core"'))
    check(HEAD.replace('"a"\n', f'"Acme.Core"\n{finding}') + FILES, {"missing-module"})


def test_the_place_of_the_module_is_written_or_made() -> None:
    flat = f"{HEAD}#- /a/__init__.py\n"
    after = f'{HEAD}\n[tool.uv.build-backend]\nmodule-root = ""\n'
    check_fix(flat, 'Write `module-root = ""`', after)
    check_fix(flat, "Create `src/a/__init__.py`", "#- /src/a/__init__.py\n")


def test_directories_of_data() -> None:
    text = f"""{HEAD}[tool.uv.build-backend]
data = {{ scripts = "bin", data = "../x" }}
#                  ^^^^^ error[missing-file]: `bin` does not exist
"""
    member = text.replace("/pyproject.toml", "/m/pyproject.toml").replace(
        "does not exist\n",
        "does not exist\n#"
        + " " * 32
        + "^^^^^^ error[missing-file]: `../x` leads out of the project\n",
    )
    root = '#- /pyproject.toml\ntool.uv.workspace.members = ["m"]\n'
    check(f"{root}{member}#- /m/src/a/__init__.py\n", {"missing-file"})


def test_other_backends_have_their_own_ways() -> None:
    text = HEAD.replace("uv_build", "hatchling")
    check(
        f"""{text}license = "mit"
scripts.a = "a"
readme = "no.md"
#        ^^^^^^^ warning[missing-file]: `no.md` does not exist
license-files = ["no", "no*"]
#                ^^^^ warning[missing-file]: `no` matches no file
""",
        CODES,
    )


def test_a_member_that_no_usual_sync_builds() -> None:
    root = """
#- /pyproject.toml
[project]
name = "root"
version = "1"
[tool.uv.workspace]
members = ["m"]
"""
    text = HEAD.replace("#- /", "#- /m/")
    warning = '"a"\n#      ^^^ warning[missing-module]\n'
    check(root + text.replace('"a"\n', warning), CODES)
    check(root + text + "[tool.uv]\npackage = false\n", CODES)
    # `uv lock` asks the backend
    dynamic = text.replace('version = "1"', 'dynamic = ["version"]').replace('"a"\n', '"a"\n')
    check(
        root
        + dynamic.replace('"a"\n', '"a"\n#      ^^^ error[missing-module]\n')
        + "#         ^^^^^^^^^^^ error[invalid-metadata]: `uv_build` knows no dynamic metadata\n",
        CODES,
    )


# ------------------------------------------------------------------- what uv warns of


def test_scripts_of_what_is_not_installed() -> None:
    root = '#- /pyproject.toml\ntool.uv.workspace.members = ["m", "o"]\n'
    member = '#- /m/pyproject.toml\n[project]\nname = "m"\nversion = "1"\n[project.scripts]\n'
    finding = (
        "#        ^^^^^^^ warning[unpackaged-scripts]: "
        "`scripts` has no effect: the project is not installed as a package\n"
    )
    other = '#- /o/pyproject.toml\n[project]\nname = "o"\nversion = "1"\n'
    system = '[build-system]\nrequires = ["hatchling"]\n'
    check(root + member + finding + other, {"unpackaged-scripts"})
    check(root + member + finding + system + "[tool.uv]\npackage = false\n", {"unpackaged-scripts"})
    check(root + member + system, {"unpackaged-scripts"})
    # a member that others require is installed
    required = other + "[tool.uv.sources]\nm = { workspace = true }\n"
    check(root + member + required, {"unpackaged-scripts"})
    check(root + member.replace("scripts", "entry-points.x"), {"unpackaged-scripts"})


def test_settings_of_uv_build_beside_another_backend() -> None:
    table = "[tool.uv.build-backend]\n"
    warning = (
        "#        ^^^^^^^^^^^^^ warning[ignored-build-settings]: "
        "`build-backend` has no effect: {} builds the project, not `uv_build`\n"
    )
    code = {"ignored-build-settings"}
    text = HEAD.replace("uv_build", "hatchling")
    check(text + table + warning.format("`hatchling`"), code)
    check(HEAD + table, code)
    check(text.replace("[project]", 'backend-path = ["x"]\n[project]') + table, code)
    bare = '#- /pyproject.toml\n[project]\nname = "a"\nversion = "1"\n'
    check(bare + table, code)
    check(bare + "[tool.uv]\npackage = true\n" + table + warning.format("setuptools"), code)


def test_classifiers_of_licences_and_modules_named_twice() -> None:
    one(
        """classifiers = ["License :: OSI Approved :: MIT License", "Topic :: Internet"]
#              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[license-classifier]
[tool.uv.build-backend]
module-name = ["a", "a", "a.b"]
#                   ^^^ warning[redundant-module]: `a` comes along with another entry
#                        ^^^^^ warning[redundant-module]: `a.b` comes along with another entry
"""
    )


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("uv_build>=0.13,<0.14", ""),
        ("uv_build>=0.9.5,<0.14", ""),
        ("uv_build==0.13.9", ""),
        # an index is asked for these
        ("uv_build==0.12.24", ""),
        ("uv_build>=0.12,<0.12.20", ""),
        (
            "uv-build>=0.12,<0.13",
            "warning[uv-build-version]: `uv-build>=0.12,<0.13` leaves out uv 0.13.9, which builds the project",
        ),
        (
            "uv_build",
            "information[uv-build-version]: `uv_build` has no upper bound: "
            "a later `uv_build` may break what is published",
        ),
        ("uv_build>=0.9", "information[uv-build-version]"),
    ],
)
def test_the_range_of_uv_build(text: str, finding: str) -> None:
    line = f'requires = ["{text}"]\n'
    if finding:
        line += f"#           {'^' * (len(text) + 2)} {finding}\n"
    check(HEAD.replace('requires = ["uv_build"]\n', line) + FILES, {"uv-build-version"})


def test_scripts_do_not_take_the_place_of_what_activates_an_environment() -> None:
    one(
        """scripts = { activate = "a:b", "activate.fish" = "a:b", deactivate = "a:b" }
#           ^^^^^^^^ warning[reserved-script]: A script called `activate` takes the place of one that activates the environment
#                             ^^^^^^^^^^^^^^^ warning[reserved-script]
"""
    )


def test_settings_of_the_build_backend_are_of_their_kind() -> None:
    check(
        f"""
{HEAD}
[tool.uv.build-backend]
module-root = 3
#             ^ error[invalid-build-setting]
"""
        + FILES,
        ("invalid-build-setting",),
    )


CACHE_KEYS = (
    ('[{ env = "X" }, "src/**", ""]', ""),
    ("[{ nope = 1 }]", "nope"),
    ("[{}]", "{}"),
    ('[{ file = "x", dir = "y" }]', '{ file = "x", dir = "y" }'),
    ('"x"', '"x"'),
    ("[1]", "1"),
    ("[{ file = 1 }]", "1"),
    ("[{ git = { commit = 1 } }]", "1"),
    ("[{ git = { bogus = true } }]", "bogus"),
    ('[{ file = "[a" }]', '"[a"'),
    ('["x/[a"]', '"x/[a"'),
    ('[{ file = "[]" }]', '"[]"'),
    ('[{ file = "{a" }]', '"{a"'),
    ('[{ file = "a}*" }]', '"a}*"'),
    ('["a]", "***", "[!a]", "[]]", "{a,{b}}", "a/**b", "../x", "a}", { dir = "[a" }]', ""),
)
"""Values, and what the real uv points to where it builds a project with them."""


def _marked(line: str, part: str, finding: str) -> str:
    return f"{line}\n#{' ' * (line.index(part) - 1)}{'^' * len(part)} {finding}\n"


@pytest.mark.parametrize(("value", "part"), CACHE_KEYS)
def test_a_build_reads_the_keys_of_the_cache(value: str, part: str) -> None:
    member = '[project]\nname = "m"\nversion = "1"\n[tool.uv]\n'
    built = '\n[build-system]\nrequires = ["other"]\nbuild-backend = "other"\n'
    root = '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["m"]\n#- /m/pyproject.toml\n'
    line = f"cache-keys = {value}"
    expected = _marked(line, part, "error[invalid-build-setting]") if part else line
    check(f"{root}{member}{expected}{built}", ("invalid-build-setting",))
    check(f"{root}{member}{line}\n", ("invalid-build-setting",))


def test_older_versions_of_uv_do_not_read_the_keys_of_the_cache() -> None:
    files = read(HEAD + "[tool.uv]\ncache-keys = [{ nope = 1 }]\n" + FILES).files
    for version, found in (((0, 13, 5), True), ((0, 13, 2), False)):
        host = host_of(files)
        host.uv_version = lambda version=version: version  # type: ignore[misc]
        findings = Checker(RULEBOOK).findings(host.snapshot("/"))["/pyproject.toml"]
        assert ("invalid-build-setting" in {one.code for one in findings}) is found
