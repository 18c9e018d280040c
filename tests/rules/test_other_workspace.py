"""Sources from another workspace."""

from __future__ import annotations

from support import check, findings, host_of, read

CODES = {"unknown-other-workspace"}

OTHER = """
#- /ws/pyproject.toml
[tool.uv.workspace]
members = ["beta"]
#- /other/pyproject.toml
[tool.uv.workspace]
members = ["alpha"]
#- /other/alpha/pyproject.toml
[project]
name = "alpha"
version = "1"
#- /ws/beta/pyproject.toml
[project]
name = "beta"
version = "1"
dependencies = ["alpha", "gamma"]
[tool.uv.sources]
"""


def test_where_the_path_leads() -> None:
    check(
        OTHER
        + """
alpha = { workspace = "../../other" }
gamma = { workspace = "../../other" }
#                     ^^^^^^^^^^^^^ error[unknown-other-workspace]: `gamma` is not a member of the workspace in `../../other`
unused = { workspace = "../../nowhere" }
#                      ^^^^^^^^^^^^^^^ warning[unknown-other-workspace]: `../../nowhere` is not the root of a workspace
        """,
        CODES,
    )


def test_older_versions_of_uv_know_no_such_path() -> None:
    for version, message in (
        ((0, 11, 30), "uv takes the path of another workspace from version 0.11.31 on"),
        ((0, 11, 31), "`unused` is not a member of the workspace in `../../other`"),
    ):
        host = host_of(read(OTHER + 'unused = { workspace = "../../other" }\n').files)
        host.uv_version = lambda version=version: version  # type: ignore[misc]
        (found,) = (one for one in findings(host.snapshot("/ws")) if one.code in CODES)
        assert found.message == message
