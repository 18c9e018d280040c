"""From a selection to command lines, and from uv's lines to what happened."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ws_lsp.uv.command import (
    Change,
    Plan,
    Refusal,
    Selection,
    SyncReport,
    Target,
    parse_progress,
    parse_version,
    plan,
)

NEW, OLD, ANCIENT = (0, 13, 9), (0, 9, 7), (0, 4, 29)
TARGET = Target("/w", True, ("a", "b", "c"), None)


def commands(
    selection: Selection | Sequence[str],
    defaults: str | tuple[str, ...] | None = None,
    version: tuple[int, ...] = NEW,
    target: Target = TARGET,
) -> list[str]:
    planned = plan(target._replace(default_packages=defaults), selection, version)
    assert isinstance(planned, Plan), planned
    assert all(command[:3] == ("--project", "/w", "sync") for command in planned.commands)
    assert planned.sentence
    return [" ".join(command[3:]) for command in planned.commands]


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        (("a", "b"), ["--package a --package b"]),
        (("b", "a"), ["--package b --package a"]),
        (("a",), ["--package a --package a"]),
        ("all", ["--all-packages"]),
        ((), []),
        (None, [""]),
    ],
)
def test_the_default_packages(defaults: str | tuple[str, ...] | None, expected: list[str]) -> None:
    assert commands(Selection.DEFAULT, defaults) == expected


@pytest.mark.parametrize(
    ("defaults", "expected"),
    [
        (("a", "b", "c"), ["--package a", "--inexact --package b", "--inexact --package c"]),
        (("a",), ["--package a"]),
        ("all", ["--all-packages"]),
        ((), []),
        (None, [""]),
    ],
)
def test_the_default_packages_before_0_9_8(
    defaults: str | tuple[str, ...] | None, expected: list[str]
) -> None:
    assert commands(Selection.DEFAULT, defaults, OLD) == expected
    first = plan(TARGET._replace(default_packages=defaults), Selection.DEFAULT, (0, 9, 8))
    assert first == plan(TARGET._replace(default_packages=defaults), Selection.DEFAULT, NEW)


def test_one_name_is_not_doubled_where_groups_make_no_difference() -> None:
    target = TARGET._replace(groups=False)
    assert commands(Selection.DEFAULT, ("a",), target=target) == ["--package a"]


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["a"], ["--package a"]),
        (["a", "a"], ["--package a"]),
        (["c", "a"], ["--package c --package a"]),
        ([], []),
    ],
)
def test_names(names: list[str], expected: list[str]) -> None:
    assert commands(names, ("b",)) == expected


def test_all() -> None:
    assert commands(Selection.ALL, ()) == ["--all-packages"]


def test_unknown_names_are_refused() -> None:
    one = plan(TARGET, ["a", "x"], NEW)
    assert one == Refusal("`x` is not a member of this workspace")
    two = plan(TARGET._replace(default_packages=("x", "y")), Selection.DEFAULT, NEW)
    assert two == Refusal("`x`, `y` are not members of this workspace")


@pytest.mark.parametrize("selection", [Selection.DEFAULT, Selection.ALL, ["a"]])
def test_a_uv_that_is_too_old_is_refused(selection: Selection | list[str]) -> None:
    refused = plan(TARGET, selection, ANCIENT)
    assert isinstance(refused, Refusal)
    assert "0.4.29" in refused.message
    assert isinstance(plan(TARGET, selection, (0, 4, 30)), Plan)


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
        ("   Building alpha @ file:///w/alpha", "Building alpha @ file:///w/alpha"),
        ("\x1b[2mInstalled \x1b[1m4 packages\x1b[0m in 4ms", "Installed 4 packages in 4ms"),
        ("Checked 1 package in 0.1ms", "Checked 1 package in 0.1ms"),
        (" + idna==3.20", None),
        ("error: No solution", None),
        ("", None),
    ],
)
def test_progress(line: str, message: str | None) -> None:
    found = parse_progress(line)
    assert (found.message if found else None) == message


def test_a_report_of_what_uv_wrote() -> None:
    output = (
        "warning: something\nResolved 3 packages in 1ms\n - beta==0.1.0 (from file:///b)\n"
        " \x1b[32m+\x1b[39m idna\x1b[2m==3.20\x1b[0m\n ~ alpha==1.0 (from file:///a)\n"
    )
    report = SyncReport.of(0, output, 1.25)
    assert report.changes == (
        (Change.REMOVED, "beta", "0.1.0"),
        (Change.INSTALLED, "idna", "3.20"),
        (Change.REINSTALLED, "alpha", "1.0"),
    )
    assert report.summary == "installed 1, removed 1, reinstalled 1 (1.2 s)"
    assert "\x1b" not in report.output


def test_an_error_is_what_follows_the_word() -> None:
    assert SyncReport.of(2, "warning: w\nerror: bad\n  Caused by: worse\n", 0).error == (
        "error: bad\n  Caused by: worse"
    )
    assert SyncReport.of(1, "  x No solution found\n", 0).error == "x No solution found"
    assert SyncReport.of(0, "", 0).summary == "nothing to change (0.0 s)"
