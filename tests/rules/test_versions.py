"""What the versions of uv that are supported accept and refuse; `replay.py --uv` asks them."""

from __future__ import annotations

import pytest
from support import findings, host_of, read

from ws_lsp.checking.findings import Severity
from ws_lsp.project.versions import Feature, Version

ROOT = '#- /pyproject.toml\n[tool.uv.workspace]\nmembers = ["packages/*"]\n'
ALPHA = '#- /packages/alpha/pyproject.toml\n[project]\nname = "alpha"\nversion = "1"\n'
SCRIPT = """\
#- /src/a/__init__.py
#- /pyproject.toml
[project]
name = "a"
version = "1"
scripts = {{ "{}" = "a:main" }}
[build-system]
requires = ["uv_build>=0.9,<1"]
build-backend = "uv_build"
"""
INDEX = '[[tool.uv.index]]\nurl = "https://{}.example/simple"\ndefault = true\n'


SOUND = """\
#- /pyproject.toml
[tool.ws-lsp]
default-packages = ["alpha"]
[tool.uv]
conflicts = [[{ package = "alpha", group = "a" }, { package = "alpha", extra = "b" }]]
default-groups = "all"
[tool.uv.workspace]
members = ["packages/*"]
exclude = ["packages/old"]
[[tool.uv.index]]
url = "https://index.example/simple"
default = true
[dependency-groups]
dev = ["alpha"]
[tool.uv.sources]
alpha = { workspace = true }
#- /packages/old/README.md
Nothing
#- /packages/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
[project.optional-dependencies]
b = ["sniffio>=1"]
[dependency-groups]
a = ["sniffio>=1"]
b = [{ include-group = "c" }]
c = ["sniffio>=1"]
"""


def errors(text: str, version: Version, root: str = "/") -> set[str]:
    host = host_of(read(text).files)
    host.uv_version = lambda: version
    found = findings(host.snapshot(root))
    return {one.code for one in found if one.severity is Severity.ERROR}


def before(feature: Feature) -> Version:
    """Return a version that is older by so little that nothing else differs."""
    major, minor, patch = feature.value
    return (major, minor, patch - 1) if patch else (major, minor - 1, 99)


@pytest.mark.parametrize(
    ("feature", "code", "text"),
    [
        (Feature.ONE_DEFAULT_INDEX, "several-default-indexes", ROOT + INDEX.format("a") + INDEX.format("b") + ALPHA),
        (Feature.PACKAGE_OF_CONFLICTS, "invalid-conflict", ROOT + '[tool.uv]\nconflicts = [[{ extra = "a" }, { extra = "b" }]]\n' + ALPHA),
        (Feature.REQUIRED_VERSION_FIRST, "required-uv-version", ROOT + '[tool.uv]\nrequired-version = "<0.1"\nbogus = 1\n' + ALPHA),
        (Feature.INCLUDE_GROUP_ALONE, "invalid-group-entry", ROOT + ALPHA + '[dependency-groups]\ntest = []\ndev = [{ include-group = "test", foo = "x" }]\n'),
        (Feature.MORE_RESERVED_SCRIPTS, "invalid-metadata", SCRIPT.format("pypy3")),
        (Feature.MORE_RESERVED_SCRIPTS, "invalid-metadata", SCRIPT.format("python3.13t.py")),
        (Feature.RESERVED_IN_ANY_CASE, "invalid-metadata", SCRIPT.format("Python3")),
        (Feature.DEFAULT_GROUPS_OF_MEMBERS, "unknown-default-group", ROOT + ALPHA + '[tool.uv]\ndefault-groups = ["nope"]\n'),
        (Feature.CACHE_KEYS_ARE_READ, "invalid-build-setting", SCRIPT.format("b") + "[tool.uv]\ncache-keys = [{ nope = 1 }]\n"),
    ],
)  # fmt: skip
def test_newer_versions_refuse_more(feature: Feature, code: str, text: str) -> None:
    assert errors(text, feature.value) == {code}
    assert errors(text, before(feature)) == set()


@pytest.mark.parametrize(
    ("feature", "code", "text"),
    [
        (Feature.IGNORED_DIRECTORIES, "missing-manifest", ROOT + ALPHA + "#- /packages/.ignore\n*.log\n#- /packages/old/x.log\nx\n"),
        (Feature.EMPTY_DIRECTORIES, "missing-manifest", ROOT + ALPHA + "#- /packages/.ignore\n*.log\n#- /packages/old/logs/x.log\nx\n"),
        (Feature.UNMANAGED_VIRTUAL_ROOT, "unmanaged-project", ROOT + "[tool.uv]\nmanaged = false\n" + ALPHA),
    ],
)  # fmt: skip
def test_newer_versions_accept_more(feature: Feature, code: str, text: str) -> None:
    assert errors(text, feature.value) == set()
    assert errors(text, before(feature)) == {code}


def test_an_exclude_that_ends_with_a_slash() -> None:
    """Older versions find no directory by it, unless something else in it is not normal either."""
    beta = ALPHA.replace("alpha", "beta")
    for exclude, older in (
        ("packages/beta/", 2),
        ("packages/*ta/", 2),
        ("./packages/beta/", 1),
        ("packages/beta", 1),
    ):
        text = ROOT + f'exclude = ["{exclude}"]\n' + ALPHA + beta
        for version, count in (
            (before(Feature.EXCLUDE_WITH_SLASH), older),
            (Feature.EXCLUDE_WITH_SLASH.value, 1),
        ):
            host = host_of(read(text).files)
            host.uv_version = lambda version=version: version  # type: ignore[misc]
            assert len(host.snapshot("/").workspace.members) == count
            assert host.root_of("/packages/beta/x") == ("/" if count == 2 else "/packages/beta")


OTHER_WORKSPACE = """\
#- /ws/pyproject.toml
[project]
name = "root"
version = "1"
dependencies = ["vend"]
[tool.uv.sources]
vend = { path = "../other/vend" }
#- /other/pyproject.toml
[tool.uv.workspace]
members = ["*"]
exclude = ["vend/"]
#- /other/vend/pyproject.toml
[project]
name = "vend"
version = "1"
dependencies = ["two"]
[tool.uv.sources]
two = { workspace = true }
#- /other/two/pyproject.toml
[project]
name = "two"
version = "1"
"""


def test_the_workspace_of_a_project_at_a_path() -> None:
    """A version that does not hide it by such an exclude takes it for a member beside `two`."""
    for version, codes in (
        (before(Feature.EXCLUDE_WITH_SLASH), set()),
        (Feature.EXCLUDE_WITH_SLASH.value, {"unusable-path"}),
    ):
        assert errors(OTHER_WORKSPACE, version, "/ws") == codes


def test_nobody_asks_for_the_version_where_versions_agree() -> None:
    """To run `uv --version` takes as long as half of a check."""
    host = host_of(read(SOUND).files)
    host.uv_version = lambda: pytest.fail("the version was asked for")
    assert findings(host.snapshot("/")) == []
