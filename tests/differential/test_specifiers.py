"""Specifiers that no version meets are those that uv refuses, whatever there is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from e2e.disk import UV, environment, needs_uv, write_wheel

from ws_lsp.grammar.requirement import is_unsatisfiable

VERSIONS = (
    *("0.dev0", "0a1", "0", "0.post1", "0.1", "1.dev0", "1a1", "1rc1", "1", "1.post1", "1.0.0.1"),
    *("1.0.1", "1.5a1", "1.5", "1.5.post1", "1.5.1", "1.6", "2.dev0", "2a1", "2b1", "2", "2.post1"),
    *("2.0.1", "2.1", "3", "4"),
)
"""There is one wherever two of the specifiers below leave room for one."""

NONE_MEETS = (
    *(
        "a<0",
        "a>=2a1,<2",
        "a==1,!=1.*",
        "a==1.*,!=1.0.*,<1.0.1",
        "a>=1.5,<=1.5,!=1.5",
        "a~=1.5,!=1.*",
    ),
    *("a==1a1,>=2", "a>1,<=1.post1", "a>1.5.post1,<=1.5.post1", "a===1,>=2", "a!=1.*,<2,>=1"),
    *("a>1.5,!=2.*,==2", "a~=2.0,~=1.5", "a<2,>=2.dev0", "a==2,==2b1", "a (>=2, <1)"),
)
SOME_MEET = (
    *("a<=0,!=0", "a>=2a1,<2a2", "a>=2.dev0,<=2,!=2", "a>1,<1.0.1", "a>=1.5,!=1.5,<=1.5.post1"),
    *("a===1,>=1", "a~=1.5,!=1.5.*", "a>=1,<2", "a<=2b1,>2a1", "a==1.*,>1.5", "a!=1,<2,>=1"),
)


@needs_uv
def test_what_no_version_meets(tmp_path: Path) -> None:
    for version in VERSIONS:
        write_wheel(tmp_path / "wheels", "a", version)
    assert UV is not None
    compile_ = (UV, "pip", "compile", "--quiet", "--offline", "--no-index", "--prerelease", "allow")
    refused = {
        text
        for text in (*NONE_MEETS, *SOME_MEET)
        if subprocess.run(
            [*compile_, "--find-links", str(tmp_path / "wheels"), "-"],
            input=text.encode(),
            env=environment(tmp_path / "home"),
            capture_output=True,
        ).returncode
    }
    assert refused == set(NONE_MEETS)


@pytest.mark.parametrize(("texts", "none"), [(NONE_MEETS, True), (SOME_MEET, False)])
def test_they_are_found(texts: tuple[str, ...], none: bool) -> None:
    assert {text: is_unsatisfiable(text) for text in texts} == dict.fromkeys(texts, none)
