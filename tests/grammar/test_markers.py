"""Markers: where they hold, and that only what they mention is tried."""

from __future__ import annotations

import pytest

from ws_lsp.grammar import markers
from ws_lsp.grammar.markers import differ, holds_somewhere, overlap


@pytest.mark.parametrize(
    ("marker", "most"),
    [
        ("python_full_version != '3.12.5'", 8),
        ("sys_platform == 'win32'", 8),
        ("sys.platform == 'plan9'", 8),
        ("platform_machine == 'riscv64'", 8),
        ("python_implementation == 'PyPy'", 8),
    ],
)
def test_variables_that_a_marker_does_not_use_are_not_tried(marker: str, most: int) -> None:
    tried = list(markers._environments(marker))
    assert 1 < len(tried) <= most
    assert all(one.keys() == tried[0].keys() for one in tried)


@pytest.mark.parametrize(
    ("marker", "holds"),
    [
        ("platform.machine == 'riscv64'", True),
        ("python_implementation == 'PyPy'", True),
        ("os.name == 'nt' and sys_platform == 'win32'", True),
        ("os_name == 'nt' and sys_platform == 'linux'", False),
        ("python_version < '3.9' and sys_platform == 'darwin'", False),
        ("python_full_version != '3.12.5' or platform_machine == 'x86_64'", True),
    ],
)
def test_a_marker_holds_somewhere(marker: str, holds: bool) -> None:
    assert holds_somewhere(marker, frozenset({">=3.9"})) is holds


def test_two_markers() -> None:
    assert overlap("sys_platform == 'linux'", "platform_machine == 'arm64'")
    assert not overlap("os_name == 'nt'", "sys_platform == 'linux'")
    assert differ("os_name == 'nt'", "sys_platform == 'darwin'", ">=3.9")
    assert not differ("os_name == 'nt'", "sys_platform == 'win32'", ">=3.9")
    assert not differ("python_version < '3.8'", "python_version < '3.7'", ">=3.9")
