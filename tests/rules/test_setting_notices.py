"""What uv warns of among settings that it reads, and settings that came with some version of uv."""

from __future__ import annotations

import pytest
from support import check_fix, checking, findings, host_of, read

from ws_lsp.rules.settings import RULES

check = checking(RULES)


def test_deprecated_settings_and_words_are_told() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        [tool.uv]
        native-tls = true
        ^^^^^^^^^^ warning[deprecated-setting]: `native-tls` is deprecated. Use `system-certs`
        prerelease = "if-necessary-or-explicit"
        #            ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[deprecated-setting]: `if-necessary-or-explicit` is deprecated. Use `if-necessary`
        prerelease-package = { a = "if-necessary-or-explicit", b = "allow" }
        #                          ^^^^^^^^^^^^^^^^^^^^^^^^^^ warning[deprecated-setting]
        """
    )


def test_a_deprecated_setting_beside_the_newer_one_is_read_by_nobody() -> None:
    check(
        "#- /uv.toml\nnative-tls = true\nsystem-certs = true\n#- /pyproject.toml\n[tool.uv.workspace]\n"
    )


def test_the_newer_name_is_written() -> None:
    check_fix(
        "#- /pyproject.toml\n[tool.uv]\nnative-tls = true\n[tool.uv.workspace]\n",
        "Replace with `system-certs`",
        "#- /pyproject.toml\n[tool.uv]\nsystem-certs = true\n[tool.uv.workspace]\n",
    )


EXPERIMENTAL = """
#- /pyproject.toml
[tool.uv.workspace]
members = ["a"]
[tool.uv]
minimum-libc-version = { glibc = "2.31" }
require-build-hashes = true
#- /a/pyproject.toml
[project]
name = "a"
version = "1"
[tool.uv]
conflicts = [[{ package = "a" }, { package = "b" }]]
"""


@pytest.mark.parametrize(
    ("features", "expected"),
    [
        ("", ["minimum-libc-version", "require-build-hashes", "package"]),
        ('preview-features = ["minimum-libc-version"]', ["require-build-hashes", "package"]),
        (
            'preview-features = ["package-conflicts", " build-dependency-hashes "]',
            ["minimum-libc-version"],
        ),
        ("preview = true", []),
        ("preview-features = true", []),
        ("preview = false", ["minimum-libc-version", "require-build-hashes", "package"]),
    ],
)
def test_experimental_settings_are_told_where_their_feature_is_off(
    features: str, expected: list[str]
) -> None:
    files = dict(read(EXPERIMENTAL.replace("[tool.uv]\nm", f"[tool.uv]\n{features}\nm")).files)
    found = [
        one for one in findings(host_of(files).snapshot("/")) if one.code == "experimental-setting"
    ]
    assert [files[one.path][slice(*one.span)] for one in found] == expected


def test_preview_features_of_a_uv_toml_count_in_members() -> None:
    check(
        """
        #- /uv.toml
        preview-features = ["package-conflicts"]
        #- /pyproject.toml
        [tool.uv.workspace]
        members = ["a"]
        #- /a/pyproject.toml
        [project]
        name = "a"
        version = "1"
        [tool.uv]
        conflicts = [[{ package = "a" }, { package = "b" }]]
        """
    )


def test_unknown_preview_features_are_told() -> None:
    check(
        """
        #- /pyproject.toml
        [tool.uv.workspace]
        [tool.uv]
        preview-features = ["package-conflict", "pylock", "audit", " json-output"]
        #                   ^^^^^^^^^^^^^^^^^^ warning[unknown-preview-feature]: uv does not know the preview feature `package-conflict`. Did you mean `package-conflicts`?
        """
    )


SINCE = """
#- /pyproject.toml
[project]
name = "a"
version = "1"
[tool.uv.workspace]
[tool.uv.sources]
idna = { git = "https://git.example/idna", lfs = true }
[tool.uv]
audit = {}
override-dependencies = [{ package = { name = "x" }, dependencies = [] }]
exclude-newer = false
"""


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ((0, 13, 9), set()),
        ((0, 11, 24), {"invalid-value"}),
        ((0, 11, 23), {"invalid-value", "invalid-setting"}),
        ((0, 11, 2), {"invalid-value", "invalid-setting", "unknown-setting"}),
        ((0, 9, 14), {"invalid-value", "invalid-setting", "unknown-setting", "unknown-key"}),
    ],
)
def test_keys_and_values_count_from_their_version_on(
    version: tuple[int, ...], expected: set[str]
) -> None:
    host = host_of(read(SINCE).files)
    host.uv_version = lambda: version
    codes = {one.code for one in findings(host.snapshot("/"))}
    assert (
        codes & {"invalid-value", "invalid-setting", "unknown-setting", "unknown-key"} == expected
    )


def test_an_older_uv_ignores_a_newer_key_of_a_member() -> None:
    text = SINCE.replace("[tool.uv.workspace]", '[tool.uv.workspace]\nmembers = ["b"]')
    member = '[project]\nname = "b"\nversion = "1"\n[tool.uv]\nminimum-libc-version = {}\n'
    host = host_of({**read(text).files, "/b/pyproject.toml": member})
    host.uv_version = lambda: (0, 12, 16)
    assert [one for one in findings(host.snapshot("/")) if one.code == "unknown-key"] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("foo = 1\nnative-tls = true\nrequire-build-hashes = true", set()),
        ("default-packages = []\nnative-tls = true", set()),
        (
            'default-packages = []\nminimum-libc-version = { glibc = "2.31" }\n'
            'preview-features = ["minimum-libc-version"]',
            {"experimental-setting"},
        ),
    ],
)
def test_of_settings_that_uv_drops_nothing_more_is_told(text: str, expected: set[str]) -> None:
    host = host_of({"/pyproject.toml": f"[tool.uv.workspace]\n[tool.uv]\n{text}\n"})
    codes = {one.code for one in findings(host.snapshot("/"))}
    told = {"deprecated-setting", "experimental-setting", "unknown-preview-feature"}
    assert codes & told == expected


def test_beside_a_uv_toml_what_is_still_read_is_told() -> None:
    check(
        """
        #- /uv.toml
        minimum-libc-version = {}
        ^^^^^^^^^^^^^^^^^^^^ error[unknown-setting]
        #- /pyproject.toml
        [tool.uv.workspace]
        [tool.uv]
        native-tls = true
        minimum-libc-version = { glibc = "2.31" }
        ^^^^^^^^^^^^^^^^^^^^ warning[experimental-setting]
        """,
        {"unknown-setting", "experimental-setting", "deprecated-setting"},
    )


@pytest.mark.parametrize(
    ("text", "version", "code"),
    [
        ('[[tool.uv.index]]\nurl = "x"\nhash-algorithm = "zzz"', (0, 11, 30), None),
        ('[[tool.uv.index]]\nurl = "x"\nhash-algorithm = "zzz"', (0, 11, 31), "invalid-value"),
        ('[tool.uv]\nexclude-newer = "7 days"', (0, 9, 16), "invalid-setting"),
        ('[tool.uv]\nexclude-newer = "7 days"', (0, 9, 17), None),
        ('[tool.uv]\nexclude-newer = "2026-01-31"', (0, 9, 16), None),
    ],
)
def test_values_are_judged_by_the_uv_that_decides(
    text: str, version: tuple[int, ...], code: str | None
) -> None:
    host = host_of({"/pyproject.toml": f"[tool.uv.workspace]\n{text}\n"})
    host.uv_version = lambda: version
    codes = {one.code for one in findings(host.snapshot("/"))}
    assert codes & {"invalid-value", "invalid-setting"} == ({code} if code else set())


def test_a_name_for_another_file_is_not_proposed_in_a_uv_toml() -> None:
    host = host_of({"/pyproject.toml": "[tool.uv.workspace]\n", "/uv.toml": "sourcs = {}\n"})
    (found,) = [one for one in findings(host.snapshot("/")) if one.code == "unknown-setting"]
    assert "`sources`" not in found.message


@pytest.mark.parametrize(
    ("word", "outdated"), [("newest", False), ("highest", False), ("lowest", True)]
)
def test_a_word_that_uv_does_not_know_makes_no_lock_outdated(word: str, outdated: bool) -> None:
    host = host_of(
        {
            "/pyproject.toml": '[project]\nname = "a"\nversion = "1"\nrequires-python = ">=3.11"\n'
            f'[tool.uv]\nresolution = "{word}"\n',
            "/uv.lock": 'version = 1\nrevision = 3\nrequires-python = ">=3.11"\n\n[[package]]\n'
            'name = "a"\nversion = "1"\nsource = { virtual = "." }\n',
        }
    )
    codes = {one.code for one in findings(host.snapshot("/"))}
    assert ("outdated-lockfile" in codes) == outdated


def test_experimental_keys_of_indexes_are_told_where_a_source_uses_the_index() -> None:
    check(
        """
        #- /pyproject.toml
        [project]
        name = "root"
        version = "1"
        dependencies = ["a"]
        [tool.uv]
        exclude-newer-package = { b = false }
        [tool.uv.sources]
        a = { index = "one" }
        b = { index = "two" }
        c = { index = "three" }
        d = { index = "four" }
        [[tool.uv.index]]
        name = "one"
        url = "https://one.example"
        exclude-newer = false
        ^^^^^^^^^^^^^ warning[experimental-setting]: `exclude-newer` of an index is experimental
        exclude-newer-package = { z = false }
        [[tool.uv.index]]
        name = "two"
        url = "https://two.example"
        exclude-newer = false
        hash-algorithm = "sha256"
        ^^^^^^^^^^^^^^ warning[experimental-setting]
        [[tool.uv.index]]
        name = "three"
        url = "https://three.example"
        hash-algorithm = "sha256"
        [[tool.uv.index]]
        name = "four"
        url = "https://four.example"
        exclude-newer-package = { D = false }
        ^^^^^^^^^^^^^^^^^^^^^ warning[experimental-setting]
        [tool.uv.workspace]
        members = ["m"]
        #- /m/pyproject.toml
        [project]
        name = "m"
        version = "1"
        dependencies = ["b", "d"]
        """.replace(
            "is experimental\n",
            "is experimental: uv warns about it. Add `index-exclude-newer` to `preview-features`\n",
        ),
        {"experimental-setting"},
    )


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ('no-cache = true\npreview-features = ["centralized-project-envs"]', True),
        ("no-cache = true\npreview = true", True),
        ("no-cache = false\npreview = true", False),
        ('no-cache = true\npreview-features = ["json-output"]', False),
        ("no-cache = true", False),
    ],
)
def test_a_feature_that_needs_the_cache_has_no_effect_without_it(settings: str, told: bool) -> None:
    expected = "^^^^^^^^ warning[ineffective-preview-feature]: With `no-cache`, `centralized-project-envs` has no effect: uv warns about it\n"
    lines = settings.replace("\n", f"\n{expected}", 1) if told else settings
    check(f"#- /pyproject.toml\n[tool.uv.workspace]\n#- /uv.toml\n{lines}\n")


def test_a_required_version_beside_a_uv_toml_refuses_nothing() -> None:
    files = {"/pyproject.toml": '[tool.uv.workspace]\n[tool.uv]\nrequired-version = "<0.1"\n'}
    assert "required-uv-version" in {one.code for one in findings(host_of(files).snapshot("/"))}
    files["/uv.toml"] = ""
    found = {one.code for one in findings(host_of(files).snapshot("/"))}
    assert found == {"masked-settings"}
