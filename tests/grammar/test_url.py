"""URLs; what uv says of each was run on uv 0.13.9, as the `url` of a source or as a constraint."""

from __future__ import annotations

import pytest

from ws_lsp.grammar.url import (
    archive_problem,
    file_path,
    index_url_problem,
    requirement_url_problem,
    split_requirement_url,
    url_problem,
)
from ws_lsp.project.direct import are_different, place_of_url


@pytest.mark.parametrize(
    "text",
    [
        "https://x:/x.zip", "https://[::1]/x.zip", "https://a_b/x", "https://a..b/x", "https://0x7f.1/x", "https://256/x",
        "https://user:p@ss@h/x", "https:x/x", "https:///x", "https:/x/x", "http://é.example/x", "http://-x-/x", "ssh:///x",
        "file://", "file:x.zip", "foo:", "foo:bar", "HTTPS://X/x", "https://.../x", "https://./x", "https://1./x",
        "https://x:080/x", "https://0.0.0.0x/x", "https://a#b", "https://a?b", "https://%41/x", "https://${HOST}/x",
        "git+https://x/y", "git+ssh://git@host/org/repo.git", "https://x\\y/x",
    ],
)  # fmt: skip
def test_sound_urls(text: str) -> None:
    assert url_problem(text) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("https://exa mple/x", "is not a host"), ("https://a%20b/x", "is not a host"), ("https://%zz/x", "is not a host"),
        ("https://a<b/x", "is not a host"), ("https://%2f/x", "is not a host"), ("ftp://x y/x", "is not a host"),
        ("https://x:99999/x", "is not a port"), ("https://x:port/x", "is not a port"), ("https://a:b:c/x", "is not a port"),
        ("https://x:65536/x", "is not a port"), ("ssh://x:99999/y", "is not a port"),
        ("git+ssh://git@host:org/repo.git", "is not a port"), ("https://[::1/x", "is not an IPv6 address"),
        ("https://[zz]/x", "is not an IPv6 address"), ("https://1.2.3.999/x", "is not an IPv4 address"),
        ("https://1.2.3.4.5/x", "is not an IPv4 address"), ("https://4294967296/x", "is not an IPv4 address"),
        ("https://user@/x", "it has no host"), ("https://@/x", "it has no host"), ("https://", "it has no host"),
        ("x.whl", "it has no scheme"), ("", "it has no scheme"), ("git+foo", "it has no scheme"),
    ],
)  # fmt: skip
def test_broken_urls(text: str, reason: str) -> None:
    assert reason in (url_problem(text) or "")


@pytest.mark.parametrize("digits", ["9" * 5000, "0" * 5000])
def test_long_numbers_are_no_trouble(digits: str) -> None:
    assert url_problem(f"https://x:{digits}/") is None or digits[0] == "9"
    assert url_problem(f"https://1.2.3.{digits}/") is None or digits[0] == "9"


def test_an_index_may_be_a_path() -> None:
    assert index_url_problem("../a b") is None
    assert index_url_problem("https://a b/simple") is not None


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        (" https://x/y.zip", ("https://x/y.zip", "")),
        ("https://x/y.zip;m", ("https://x/y.zip;m", "")),
        ("https://x/y.zip; m", ("https://x/y.zip", "; m")),
        ("https://x/y.zip ;m", ("https://x/y.zip", ";m")),
        ("https://x/y.zip#h", ("https://x/y.zip#h", "")),
        ("https://x/y.zip #h", ("https://x/y.zip", "#h")),
        ("https://x/a b.zip  ", ("https://x/a b.zip", "")),
        ("https://x/y.zip\nz", ("https://x/y.zip", "z")),
    ],
)
def test_where_a_url_ends(text: str, parts: tuple[str, str]) -> None:
    assert split_requirement_url(text) == parts


@pytest.mark.parametrize(
    ("url", "sound"),
    [
        ("https://x/y.zip", True), ("https://x/y.zip/", True), ("https://x/a b.zip", True), ("https://x/y.tgz", True),
        ("https://x/y.ZIP", False), ("https://x/y.zip;m", False), ("https://x/y", False), ("https:///y.zip", False),
        ("HTTPS://x/y.zip", False), ("ftp://x/y.zip", False), ("ssh://x/y", False), ("C:/y.zip", False),
        ("git+https://x/y", True), ("git+HTTPS://x/y", True), ("GIT+https://x/y", False), ("git+git://x/y", False),
        ("hg+https://x/y", False), ("git+https://x:y/z", False), ("/x", True), ("./x", False), ("~/x", False), ("$X", False),
        ("${X}", True), ("https://x/${X}", True), ("https://${X}/y.zip", True), ("file:///x", True), ("file:/x", True),
        ("file://localhost/x", True), ("file://x/y", False), ("file:x", False), ("FILE:///x", False),
    ],
)  # fmt: skip
def test_urls_of_requirements(url: str, sound: bool) -> None:
    assert (requirement_url_problem(url) is None) == sound


@pytest.mark.parametrize(
    ("path", "sound"), [("x.whl", True), ("x.tar.gz", True), ("x.zip", True), ("x.tgz", False), ("x.tar.bz2", False)]
)  # fmt: skip
def test_archives(path: str, sound: bool) -> None:
    assert (archive_problem(path) is None) == sound


def test_the_path_of_a_file() -> None:
    assert file_path("file:///a/b%20c#d") == "/a/b c"
    assert file_path("file:///C:/a%20b") == "C:/a b"
    assert file_path("/a/b") == "/a/b"
    assert file_path("file:///${X}/b") is None
    assert file_path("https://x/a") is None


@pytest.mark.parametrize(
    ("one", "other", "different"),
    [
        ("https://x/y.zip", "https://x/z.zip", True),
        ("https://x/y.zip#sha256=0", "https://x/y.zip", False),
        ("file:///a/b", "/a/../a/b/", False),
        ("file:///a/b?c", "/a/b", True),
        ("git+https://x/y", "git+https://x/z", True),
        ("git+https://x/y.git", "git+ssh://git@x/y@main", False),
        ("git+https://x/y.git", "git+ssh://git@x/y", False),
        ("git+ssh://git@x/a/b", "git+ssh://git@x/c/d", True),
        ("git+https://x/y@" + "0" * 40, "git+https://x/y@" + "1" * 40, True),
        ("git+https://x/y@main", "git+https://x/y@other", False),
    ],
)
def test_places(one: str, other: str, different: bool) -> None:
    assert are_different(place_of_url(one), place_of_url(other)) is different
