"""From uv's lines to what happened."""

from __future__ import annotations

import pytest

from ws_lsp.uv.find import parse_version
from ws_lsp.uv.output import PackageChange, Stages, SyncReport


@pytest.mark.parametrize(
    ("output", "version"),
    [
        ("uv 0.13.9 (x86_64-unknown-linux-gnu)\n", (0, 13, 9)),
        ("uv 0.4.30", (0, 4, 30)),
        ("uv 1.0.0-rc1", (1, 0, 0)),
        ("pip 24.0", None),
        ("", None),
    ],
)
def test_versions(output: str, version: tuple[int, ...] | None) -> None:
    assert parse_version(output) == version


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Resolved 6 packages in 1ms", "Resolved 6 packages in 1ms"),
        ("   Building alpha @ file:///w/alpha", "Resolving: Building alpha @ file:///w/alpha"),
        ("\x1b[2mInstalled \x1b[1m4 packages\x1b[0m in 4ms", "Installed 4 packages in 4ms"),
        ("Checked 1 package in 0.1ms", "Checked 1 package in 0.1ms"),
        ("Audited 1 package in 0.1ms", "Audited 1 package in 0.1ms"),
        (" + idna==3.20", None),
        ("error: No solution", None),
        ("", None),
    ],
)
def test_a_line_that_says_how_far_uv_is(line: str, message: str | None) -> None:
    found = Stages().hear(line)
    assert (found.message if found else None) == message


def test_the_stages_of_a_sync() -> None:
    lines = """
   Building base @ file:///w/base
      Built base @ file:///w/base
Resolved 9 packages in 12ms
   Building alpha @ file:///w/alpha
Downloading numpy (16.1MiB)
 Downloaded numpy
      Built beta @ file:///w/beta
      Built alpha @ file:///w/alpha
Prepared 4 packages in 2s
Uninstalled 1 package in 1ms
Installed 4 packages in 3ms
 + alpha==1.0 (from file:///w/alpha)
"""
    stages = Stages()
    heard = [found for line in lines.split("\n") if (found := stages.hear(line)) is not None]
    assert [(one.percentage, one.message.partition(":")[0]) for one in heard] == [
        (0, "Resolving"),
        (0, "Resolving"),
        (30, "Resolved 9 packages in 12ms"),
        (30, "Preparing 0/1"),
        (30, "Preparing 0/2"),
        (45, "Preparing 1/2"),
        (60, "Preparing 2/2"),
        (63, "Preparing 3/3"),
        (75, "Prepared 4 packages in 2s"),
        (85, "Uninstalled 1 package in 1ms"),
        (95, "Installed 4 packages in 3ms"),
    ]


def test_a_report_of_what_uv_wrote() -> None:
    output = (
        "warning: something\nResolved 3 packages in 1ms\n - beta==0.1.0 (from file:///b)\n"
        " \x1b[32m+\x1b[39m idna\x1b[2m==3.20\x1b[0m\n ~ alpha==1.0 (from file:///a)\n"
    )
    report = SyncReport.of(0, output, 1.25)
    assert report.changes == (
        (PackageChange.REMOVED, "beta", "0.1.0"),
        (PackageChange.INSTALLED, "idna", "3.20"),
        (PackageChange.REINSTALLED, "alpha", "1.0"),
    )
    assert report.summary == "installed 1, removed 1, reinstalled 1, 1.2 s"
    assert "\x1b" not in report.output


def test_an_error_is_what_follows_the_word() -> None:
    assert SyncReport.of(2, "warning: w\nerror: bad\n  Caused by: worse\n", 0).error == (
        "error: bad\n  Caused by: worse"
    )
    assert SyncReport.of(1, "  x No solution found\n", 0).error == "x No solution found"
    assert SyncReport.of(0, "", 0).summary == "nothing to change, 0.0 s"


@pytest.mark.parametrize(
    ("output", "before", "after", "summary"),
    [
        ("Resolved 7 packages in 3ms", None, "x", "created, 0.2 s"),
        ("Resolved 7 packages in 3ms", "x", "x", "nothing to change, 0.2 s"),
        ("Resolved 7 packages in 3ms", "x", "y", "changed, 0.2 s"),
        (
            "Resolved 7 packages in 3ms\nAdded idna v3.10\nAdded sniffio v1\nUpdated alpha v1 -> v2\nRemoved beta v1",
            "x",
            "y",
            "added 2, updated 1, removed 1, 0.2 s",
        ),
    ],
)
def test_what_became_of_the_lockfile(
    output: str, before: str | None, after: str | None, summary: str
) -> None:
    assert SyncReport.of(0, output, 0.2).lock_summary(before, after) == summary
