"""Right and wrong values of every key that uv reads from `[tool.uv]` and `uv.toml`.

`KINDS` says of what kind each key is, `VALUES` has the values to try for each kind, and `FIELDS` does
the same for the fields of tables. `triples` puts them together: a key, a place for it, and the TOML to
write there. Whether uv takes a value is not said here: uv decides (`record_settings`).

No value makes uv open a connection or look at the machine, and none makes it fail for want of a file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import NamedTuple

__all__ = [
    "BUILD",
    "ENUMERATIONS",
    "MEMBER",
    "PLACES",
    "ROOT",
    "SETTINGS",
    "TABLES",
    "Triple",
    "files",
    "triples",
]

ROOT, SETTINGS, MEMBER, BUILD = "root", "uv.toml", "member", "build"
PLACES = (ROOT, SETTINGS, MEMBER, BUILD)
"""`[tool.uv]` of the root, the `uv.toml` beside it, `[tool.uv]` of a member, and of a project that
`uv_build` builds: what is below `build-backend` nothing else reads."""


class Triple(NamedTuple):
    """A key (dots lead into tables), a place of `PLACES`, and what to write there."""

    key: str
    place: str
    text: str


def project(name: str, rest: str = "") -> str:
    """Return a sound project with extras and groups that values may name."""
    return (
        f'[project]\nname = "{name}"\nversion = "1.0"\nrequires-python = ">=3.11"\n'
        "[project.optional-dependencies]\nred = []\nblue = []\n"
        f"[dependency-groups]\ndev = []\ndocs = []\n{rest}"
    )


BUILT = '[build-system]\nrequires = ["uv_build>=0.9,<99"]\nbuild-backend = "uv_build"\n'
MODULES = {
    f"{place}/__init__.py": "" for place in ("src/root", "src/other", "src/x", "x/root", "root")
}


def files(triple: Triple) -> dict[str, str]:
    """Return the texts of a workspace that holds a triple, by path; all else in it is sound."""
    below = f"[tool.uv]\n{triple.text}\n"
    directories = {"wheels/": "", "x/": ""}
    if triple.place == SETTINGS:
        return {"pyproject.toml": project("root"), "uv.toml": f"{triple.text}\n", **directories}
    if triple.place == MEMBER:
        return {
            "pyproject.toml": project("root", '[tool.uv.workspace]\nmembers = ["alpha"]\n'),
            "alpha/pyproject.toml": project("alpha", below),
            **directories,
        }
    if triple.place == BUILD:
        return {"pyproject.toml": project("root", BUILT + below), **MODULES}
    return {"pyproject.toml": project("root", below), **directories}


# --------------------------------------------------------------------------- values


def texts(*values: str) -> tuple[str, ...]:
    """Return strings as TOML."""
    return tuple(json.dumps(value, ensure_ascii=False) for value in values)


def listed(values: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """Return each value alone in a list, all of the first two in one, and `more`."""
    pair = f"[{', '.join(values[:2])}]"
    mixed = (f"[{values[0]}, 1]", f"[{values[0]}, [{values[0]}]]", f"[{values[0]}, {{}}]")
    return (*(f"[{value}]" for value in values), pair, f"[{values[0]}, {values[0]}]", *mixed, *more)


def words(*right: str, more: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Return the right words of an enumeration, the same spelled wrongly, and `more`."""
    first, last = right[0], right[-1]
    wrong = (
        first.upper(),
        first.capitalize(),
        f" {first}",
        first[:-1],
        f"{last}s",
        last.replace("-", "_") if "-" in last else f"{last}-",
        last.replace("-", ""),
        "none",
    )
    return (*texts(*right, *dict.fromkeys(word for word in wrong if word not in right)), *more)


TYPES = (
    "1", "1.5", "true", '"x"', '""', "[]", '["x"]', "[1]", '[["x"]]', "[{}]", "{}", "{ x = 1 }", "2026-01-31",
)  # fmt: skip
"""A value of each type of TOML, for every key."""

FEW_TYPES = ("1", "true", '"x"', '""', "[]", "[1]", "{}", "{ x = 1 }", "2026-01-31")
"""The same for the fields of tables."""

NAMES = texts(
    "a", "A_b.c", "a--b", "9", "-a", "a-", "a b", " a", "a[x]", "a>=1", "", "é", "*", ":all:", ":none:", "_", "a/b",
)  # fmt: skip

REQUIREMENTS = texts(
    "idna", "idna>=3", " idna >= 3 , < 4 ", "idna[x]", "idna[x, Y_z]>=1", "idna (>=3)", "idna==1.*",
    "idna~=1.1", "idna===1.x", "idna; python_version < '3'", "idna>=3;os_name=='nt'", "idna; extra == 'x'",
    "idna @ https://files.example/idna-1.0-py3-none-any.whl",
    "idna @ https://files.example/idna.tar.gz ; os_name == 'nt'", "idna @ git+https://files.example/idna",
    "idna @ file:///x/idna", "idna[x] @ https://files.example/idna.zip#sha256=a", "idna @ ./idna",
    "idna @ https://files.example/idna", "idna @ https://", "idna @",
    "idna @ svn+https://files.example/idna", "https://files.example/idna-1.0-py3-none-any.whl", "./idna",
    "idna>=abc", "idna==", "idna=3", "idna 3", "idna>=1.*", "idna~=1", "idna>=3 <4", "idna>=3,", "idna,",
    "idna[x", "idna[]", "idna[-x]", "-idna", "_", "", " ", "é", "idna; os_name", "idna; nope == 'x'",
    "idna;", "idna # comment", "idna;python_version>'x'", "-r x.txt", "idna>=3\nsix",
)  # fmt: skip

FEW_REQUIREMENTS = texts(
    "idna>=3", "idna[x]>=1; python_version < '3'", "idna @ https://files.example/idna-1.0-py3-none-any.whl",
    "idna @ git+https://files.example/idna", "idna @ ./idna",
    "https://files.example/idna-1.0-py3-none-any.whl", "idna>=abc", "idna=3", "idna>=1.*", "idna[x", "",
    "idna; nope == 'x'",
)  # fmt: skip

SPECIFIERS = texts(
    ">=0.5", ">=0.5,<99", " >= 0.5 ", ">=0.5,", "!=0.1.*", "==0.*,!=0.1", "~=0.5", "", "0.5.x", ">=", "abc",
    ">=0.5 <99", "=>0.5", "^0.5", "0.*", ">=0.5.*", "~=0", ">0.5,,<99", "*", ">=v0.5", ">=0.5+local",
    "===0.5.x",
)  # fmt: skip

PYTHONS = texts(
    ">=3.8", ">=3.8,<4", " >= 3.8 ", "", "3.8", "==3.*", ">=3.8.*", "~=3.8", "~=3", "^3.8", "abc", ">=",
    ">=3.8,", ">3.8.*", ">=3.8 <4", "!=3.9.*", "===3.8.x", "*", ">=3.8; os_name == 'nt'",
)  # fmt: skip

VERSIONS = texts(
    "1.0", "1", "v1.0", "1.0rc1", "1.0-1", "1.0+local.1", "1!2.0", " 1.0 ", "2024.1", "1.*", "1.0.x", "abc",
    "", ">=1", "1.0-",
)  # fmt: skip

PYTHON_VERSIONS = texts(
    "3.8", "3", "3.12.1", "3.13.0rc1", "3.13.0a1", "2.7", "3.99", " 3.8", "3.8.*", ">=3.8", "3.x",
    "python3.8", "cp38", "pypy3.10", "3.8.dev1", "3.8+local", "3.8.post1", "1!3.8", "3.300", "300.1",
    "3.8.300", "3.13t", "", "3.",
)  # fmt: skip

MARKERS = texts(
    "sys_platform == 'linux'", 'sys_platform == "linux"', "python_version >= '3.12'",
    "python_full_version < '3.13.1'",
    "sys_platform == 'linux' and (os_name == 'posix' or platform_machine != 'x86_64')",
    "'linux' in sys_platform", "sys_platform in 'linux darwin'", "extra == 'red'",
    "implementation_name == 'cpython'", "", " ", "sys_platfor == 'linux'", "sys_platform",
    "sys_platform = 'linux'", "sys_platform == linux", "sys_platform == 'linux", "(sys_platform == 'linux'",
    "sys_platform == 'linux' and", "not sys_platform == 'linux'", "linux", "true", "python_version ~= '3'",
    "python_version == '3.12.*'", "python_version > 'x'", "python_version in '3.11 3.12'",
    "os.name == 'posix'", "python_implementation == 'CPython'", "sys_platform == 'linux'; x", "'a' == 'b'",
    "sys_platform === 'linux'", "SYS_PLATFORM == 'linux'", "sys_platform not in 'linux'",
    "sys_platform > 'linux'",
)  # fmt: skip

FEW_MARKERS = texts(
    "sys_platform == 'linux'", "python_version >= '3.12' and extra == 'red'", "", "sys_platfor == 'linux'",
    "sys_platform == linux", "linux", "python_version > 'x'",
)  # fmt: skip

MOMENTS = texts(
    # days
    "2024-01-31", "2024-1-31", "20240131", "2024-W05-3", "2024-031", "2024-02-30", "2024-13-01",
    "2024-00-10", "2023-02-29", "2024-02-29", "0000-01-01", "9999-12-31", "-000001-01-01", "+002024-01-31",
    "10000-01-01", "2024-01", "2024", "24-01-31", "2024/01/31", "31.01.2024", " 2024-01-31", "2024-01-31 ",
    # points in time
    "2024-01-31T10:00:00Z", "2024-01-31T10:00:00+02:00", "2024-01-31T10:00:00-0530", "2024-01-31 10:00:00Z",
    "2024-01-31t10:00:00z", "2024-01-31T10:00Z", "2024-01-31T10Z", "2024-01-31T10:00:00.123456789Z",
    "2024-01-31T10:00:00,5Z", "2024-01-31T10:00:60Z", "2024-01-31T24:00:00Z", "2024-01-31T25:00:00Z",
    "2024-01-31T10:61:00Z", "2024-01-31T10:00:00+25:00", "2024-01-31T10:00:00+26:00", "2024-01-31T10:00:00",
    "2024-01-31T10:00", "2024-01-31T", "2024-02-30T10:00:00Z", "2024-01-31T10:00:00Z[UTC]",
    "2024-01-31T10:00:00+01:00[Europe/Berlin]", "2024-01-31[UTC]", "20240131T100000Z", "1706695200",
    "2024-01-31T10:00:00 Z", "2024-01-31T10:00:00+0200x", "2024-01-31Z",
    "2024-01-31  10:00:00Z", "2024-01-31T1000Z", "2024-01-31T10:00:00+02", "2024-01-31T10:00:00+02:00:30",
    "2024-01-31T10:00:00.1234567891Z", "2024-01-31_10:00:00Z", "2024-01-31T10:00:00[Nowhere/X]",
    "2024-01-31[!u-ca=x]",
    # lengths of time
    "7 days", "7days", "7d", "1 day", "1 week", "2 weeks", "2w", "1 week 3 days", "1 week, 3 days", "1w3d",
    "12 hours", "12h", "90 min", "30 s", "30 seconds", "500 ms", "1.5 hours", "1.5 days", "1.5 weeks",
    "0 days", "-7 days", "+7 days", "7 days ago", "3 days 2 weeks", "7  days", " 7 days", "7 Days", "7 DAYS",
    "7 day", "7 dayz", "seven days", "days", "7", "1h30m", "1:30:00", "7 days 01:30:00", "P7D", "P1W",
    "PT12H", "PT1.5H", "P1.5D", "P1DT12H", "p7d", "p7D", "-P7D", "+P7D", "P", "PT", "P7", "P7DT", "P1W2D",
    "P7H", "1 month", "2 months", "1mo", "6mo", "P1M", "PT1M", "P0M", "0 months", "1 year", "1y", "1yr",
    "P1Y", "P1Y2M", "1 month 7 days", "30 minutes", "1 fortnight", "1e3 days", "100000000 days",
    "99999999999 days", "3000000 days",
    "1 wks", "2 hrs", "3 secs", "5 us", "5 µs", "5 ns", "5 micros", "5 milliseconds", "PT1H1.5M",
    "1 hour 30.5 minutes", "1.5 hours 3 minutes", "7 d ago", "-7 days ago", "1d 2h", "1 day,2 hours",
    "1 day and 2 hours", "1 day  2 hours", "1 days 2 days", "P1D1W", "P0Y", "0 years", "- 7 days",
    "500000 weeks", "7304485 days",
    # none of these
    "soon", "now", "today", "yesterday", "never", "", " ", "false", "true",
)  # fmt: skip

FEW_MOMENTS = texts(
    "2024-01-31", "2024-01-31T10:00:00Z", "2024-01-31T10:00:00+02:00", "7 days", "P7D", "2w", "1 month",
    "P1Y", "2024-13-01", "2024-02-30", "2024-01", "soon", "7", "false", "7 dayz",
)  # fmt: skip

MOMENT_TABLES = (
    '{ timestamp = "2024-01-31T10:00:00Z" }', '{ timestamp = "2024-01-31T10:00:00Z", span = "P7D" }',
    '{ timestamp = "2024-01-31T10:00:00Z", span = "7 days" }',
    '{ timestamp = "2024-01-31T10:00:00Z", span = "1 month" }', '{ timestamp = "2024-01-31" }',
    '{ timestamp = "7 days" }', '{ timestamp = "2024-01-31T10:00:00" }',
    '{ timestamp = "2024-01-31T10:00:00Z", span = "soon" }',
    '{ timestamp = "2024-01-31T10:00:00Z", span = 7 }',
    '{ timestamp = "2024-01-31T10:00:00Z", span = "2024-01-31" }', '{ span = "P7D" }',
    "{ timestamp = 2024-01-31T10:00:00Z }", '{ timestamp = "2024-01-31T10:00:00Z", zzz = 1 }',
    "2024-01-31T10:00:00Z", "2024-01-31T10:00:00", "10:00:00", "false", '["7 days"]',
)  # fmt: skip

URLS = texts(
    "https://index.example/simple", "http://index.example", "HTTPS://INDEX.example/simple",
    "https://user:pass@index.example/simple", "https://index.example:8080/simple",
    "https://index.example:99999", "https://index.example:port", "https://index.example:/",
    "https://[::1]/simple", "https://[::1/simple", "https://127.0.0.1", "https://127.0.0.256",
    "https://index.example/a b", "https://index example", "https://", "https:///simple",
    "https:index.example", "https:/index.example", "https://?x", "https://:80", "https://%zz",
    "https://index.example/%zz", "https://ex\u00e4mple.example", "https://a_b.example", "https://user@",
    "index.example", "index.example/simple", "index.example:8080", "localhost:8080", "://index.example",
    "::", ":", "a b", " https://index.example/simple ", "wheels", "./wheels", "../ws/wheels", "/wheels",
    "~/wheels", "C:\\wheels", "C:/wheels", "file:///wheels", "file://localhost/wheels", "file:wheels",
    "file:./wheels", "file:", "file://", "ftp://index.example", "ssh://git@index.example/x",
    "git@index.example:x/y", "git+https://index.example/x", "git+ssh://git@index.example/x",
    "mailto:a@index.example", "data:,x", "${INDEX}/simple", "https://${INDEX}/simple",
    "https://index.example/${INDEX}", "x://", "x:y", "//index.example/simple",
    "https://index.example\\simple",
)  # fmt: skip

FEW_URLS = texts(
    "https://index.example/simple", "https://user:pass@index.example:8080/simple",
    "https://index.example:99999", "https://[::1/x", "https://127.0.0.256", "https://", "https:///x",
    "https:index.example", "https://index example", "index.example/simple", "localhost:8080", "wheels",
    "./wheels", "/wheels", "file:///wheels", "file:wheels", "file:", "::", "x:y",
    "git+https://index.example/x", "git@index.example:x/y", " https://index.example ", "${INDEX}/simple",
)  # fmt: skip

FOUND_URLS = texts(
    "https://index.example/simple", "https://index.example:8080", "https://index.example:99999",
    "https://[::1/x", "https://", "https://index example", "https:index.example",
    "https://user:pass@index.example", "wheels", "./wheels", "../ws/wheels", "", "file:",
    "https://127.0.0.256", "git+https://index.example/x", " https://index.example",
)  # fmt: skip
"""What may be given for a directory: uv looks at once whether it is there."""

PROXIES = texts(
    "http://proxy.example:8080", "https://proxy.example", "socks5://proxy.example:1080",
    "socks5h://proxy.example", "proxy.example:8080", "proxy.example", "localhost:3128",
    "user:pass@proxy.example:8080", "HTTP://proxy.example", "ftp://proxy.example", "socks4://proxy.example",
    "file:///proxy", "mailto:a@proxy.example", "http://", "http://proxy.example:99999", "http://a b", "a b",
    "", "::", "127.0.0.1:8080", "[::1]:8080", "/proxy", "proxy.example:port", "://", "x:y",
)  # fmt: skip

HOSTS = (
    *texts(
        "localhost", "localhost:8080", "*", "*.index.example", "https://index.example",
        "http://index.example:8080", "https://index.example/x", "index.example:99999", "index.example:port",
        "index.example:", ":8080", "index.example:8080/x", "ftp://index.example", "a b", "", "[::1]:8080",
        "::1", "https://", "-1", "index.example:-1", "index.example:+80", "index.example: 80",
    ),
    '{ host = "index.example" }', '{ host = "index.example", port = 8080 }',
    '{ scheme = "https", host = "index.example" }', '{ host = "a b", zzz = 1 }', "{ port = 8080 }",
    '{ host = "index.example", port = "8080" }', '{ host = "index.example", port = 99999 }',
    '{ host = "index.example", port = -1 }', '{ host = 1 }', '{ host = "index.example", scheme = 1 }',
)  # fmt: skip

COUNTS = (
    "0", "-1", "-0", "+4", "4", "1_000", "0x10", "0o17", "0b11", "4.0", "1e3", '"4"', "nan", "inf",
    "4294967296", "2305843009213693951",
)  # fmt: skip

STATUS_CODES = (
    "404", "403", "99", "100", "599", "600", "999", "1000", "0", "-1", "65536", "0x194", "404.0", '"404"', '"4xx"',
)  # fmt: skip

LIBCS = (
    *texts("2.31", "1.2", "2.31.1", "2", "02.31", "2.x", "2.65535", "2.65536", "2.", ".31", ".", " 2.31",
        "-2.31", "+2.31", "", "glibc2.31", "２.31"),
    "2.31", "2",
)  # fmt: skip

HEADERS = (
    *texts("max-age=600", "no-cache, no-store", "", "max-age=600, m\u00e4x", "a\tb", "x" * 80),
    r'"a\nb"', r'"a\u0000b"', r'"a\u007fb"', r'"a\u001fb"',
)  # fmt: skip

PATTERNS = texts(
    "packages/*", "packages/**", "packages/a-[0-9]", "{a,b}", "./packages/*", "packages/", "/packages",
    "packages/[", "packages/[]", "packages/[!", "packages/***", "packages/a**", "**a", "packages/[b-a]",
    "packages/\\*", "packages/?",
)  # fmt: skip

PATHS = (
    *texts(
        "x", "./x/y", "../x", "/x", "a b", "~/x", "${X}/x", "x\\y", "C:\\x", "**/*.py", "", "a:b"
    ),
    '["x", "y"]',
)

FLAGS = ("false", '"true"', '"false"', '"yes"', '"1"', "0", "1.0", "[true]", "{ value = true }")

FLAGS_OR_NAMES = (*FLAGS, *texts(":all:", ":none:"), '["a"]', '[":all:"]')

CONFIG = (
    '{ a = "x" }', '{ a = ["x", "y"] }', "{ a = [] }", '{ a = "" }', '{ "" = "x" }',
    '{ "a b" = "x", A = "y" }', "{ a = true }", "{ a = 1 }", "{ a = 1.5 }", '{ a = ["x", 1] }',
    '{ a = [["x"]] }', '{ a = { b = "x" } }', "{ a = 2026-01-31 }", '{ a = "x", b = 1 }', '["a=x"]', '"a=x"',
)  # fmt: skip

VARIABLES = (
    '{ A = "x" }', '{ A = "" }', '{ "a b" = "x" }', '{ "A=B" = "x" }', '{ "" = "x" }', "{ A = 1 }",
    "{ A = true }", '{ A = ["x"] }', '{ A = { B = "x" } }', '{ A = "x", B = 1 }', "{ A = 1.5 }", '["A=x"]',
)  # fmt: skip


PREVIEW_FEATURES = (
    "python-install-default", "json-output", "pylock", "add-bounds", "package-conflicts",
    "extra-build-dependencies", "detect-module-conflicts", "format", "format-command", "native-auth",
    "s3-endpoint", "cache-size", "cache-physical-space", "init-project-flag", "workspace-metadata",
    "workspace-dir", "workspace-list", "sbom-export", "auth-helper", "target-workspace-discovery",
    "metadata-json", "gcs-endpoint", "adjust-ulimit", "special-conda-env-names", "relocatable-envs-default",
    "publish-require-normalized", "audit", "audit-command", "project-directory-must-exist",
    "index-exclude-newer", "azure-endpoint", "toml-backwards-compatibility", "malware-check",
    "venv-safe-clear", "check", "check-command", "packaged-init", "centralized-project-envs",
    "venv-redirect-files", "tool-install-locks", "workspace-list-scripts", "index-hash-algorithm",
    "lockfile-format-check", "lockfile-normalization", "lock-without-metadata", "index-by-name",
    "artifact-hash-filtering", "content-addressed-cache", "missing-exclude-newer-package-lock",
    "resolution-inputs", "batch-export", "frozen-lockfile", "minimum-libc-version", "build-dependency-check",
    "build-lazy-imports", "build-dependency-hashes", "wheel-variants", "http2-keep-alive", "direct-publish",
    "no-distutils-patch", "tar-codec", "variants",
)  # fmt: skip
"""Names of features that some uv has or had in preview."""


def keyed(values: tuple[str, ...], *, name: str = "idna") -> tuple[str, ...]:
    """Return tables that have each value at a package, and a sound value at right and wrong names."""
    sound = values[0]
    names = ("a-b", "A_b", '"a.b"', "-a", '"a b"', '""', '"a>=1"', '":all:"', '"é"', "9")
    return (
        *(f"{{ {name} = {value} }}" for value in values),
        *(f"{{ {one} = {sound} }}" for one in names),
        f"{{ a-b = {sound}, A_b = {sound} }}",
        f"{{ a = {sound}, b = 1 }}",
        f"[{{ {name} = {sound} }}]",
    )


URL = '"https://index.example/simple"'
INDEX = f'{{ name = "corp", url = {URL} }}'

VALUES: dict[str, tuple[str, ...]] = {
    "flag": FLAGS,
    "flag or names": FLAGS_OR_NAMES,
    "text": texts(" ", "a b", "é", "$X"),
    "path": PATHS,
    "texts": listed(texts("x", "", " ", "a b", "é", "*", "127.0.0.1")),
    "count": COUNTS,
    "name list": listed(NAMES),
    "specifiers of uv": SPECIFIERS,
    "python": (*PYTHONS, *PATHS[:6]),
    "python version": PYTHON_VERSIONS,
    "index url": URLS,
    "few index urls": FEW_URLS,
    "index urls": listed(FEW_URLS),
    "found": listed(FOUND_URLS),
    "url": URLS,
    "proxy": PROXIES,
    "hosts": listed(HOSTS),
    "requirements": listed(REQUIREMENTS),
    "few requirements": listed(FEW_REQUIREMENTS),
    "overrides": listed(
        FEW_REQUIREMENTS,
        '[{ package = { name = "a" }, dependencies = ["idna>=3"] }]',
        '[{ package = { name = "a", version = "1.0" }, dependencies = [] }]',
        '[{ package = "a", dependencies = ["idna"] }]',
        '[{ package = { name = "a" } }]',
        '[{ dependencies = ["idna"] }]',
        '[{ package = { version = "1.0" }, dependencies = [] }]',
        '[{ package = { name = "a", zzz = 1 }, dependencies = [] }]',
        '[{ package = { name = "a" }, dependencies = [], zzz = 1 }]',
        '[{ package = { name = "a" }, dependencies = "idna" }]',
        '[{ package = { name = "a" }, dependencies = [1] }]',
        '[{ package = { name = "a" }, dependencies = [{ package = { name = "b" }, dependencies = [] }] }]',
        '[{ package = ["a", "1.0"], dependencies = [] }]',
        '[{ package = { name = "a" }, dependencies = ["idna @ https://files.example/idna-1.0-py3-none-any.whl"] }]',
        '[{ name = "idna", specifier = ">=3" }]',
        '[{ requirement = "idna" }]',
        '[[{ name = "a" }, ["idna"]]]',
    ),
    "exclusions": listed(
        NAMES,
        '[{ package = { name = "a" }, dependencies = ["idna"] }]',
        '[{ package = { name = "a", version = "1.0" }, dependencies = [] }]',
        '[{ package = "a", dependencies = ["idna"] }]',
        '[{ package = { name = "a" } }]',
        '[{ dependencies = ["idna"] }]',
        '[{ package = { name = "a", zzz = 1 }, dependencies = [] }]',
        '[{ package = { name = "a" }, dependencies = [], zzz = 1 }]',
        '[{ package = { name = "a" }, dependencies = ["idna>=3"] }]',
        '[{ package = ["a"], dependencies = [] }]',
    ),
    "build constraints": listed(
        (*FEW_REQUIREMENTS, *texts("idna @ https://files.example/idna.zip#sha256=a")),
        '[{ requirement = "idna>=3", hashes = ["sha256:aa"] }]',
        '[{ requirement = "idna>=3", hashes = [] }]',
        '[{ requirement = "idna>=3", hashes = ["nope"] }]',
        '[{ requirement = "idna>=3", hashes = "sha256:aa" }]',
        '[{ requirement = "idna>=3", hashes = [1] }]',
        '[{ requirement = "idna>=3" }]',
        '[{ hashes = ["sha256:aa"] }]',
        '[{ requirement = "idna>=x", hashes = [] }]',
        '[{ requirement = "idna", hashes = [], zzz = 1 }]',
        '[{ requirement = 1, hashes = [] }]',
        '[["idna", []]]',
    ),
    "old development requirements": listed(
        texts("idna; python_version < '3'", "idna>=x", "idna; nope == 'x'", "idna @ ./x", "", "-idna")
    ),
    "markers": (
        *MARKERS,
        *listed(FEW_MARKERS),
        "[\"sys_platform == 'linux'\", \"sys_platform == 'win32'\"]",
        "[\"sys_platform == 'linux'\", \"os_name == 'posix'\"]",
        "[\"python_version < '3'\"]",
    ),
    "moment": (*MOMENTS, *MOMENT_TABLES),
    "moments": (
        *keyed((*FEW_MOMENTS, *MOMENT_TABLES[::3])),
        *texts("idna=7 days", "7 days"),
    ),
    "modes": keyed((*texts("allow", "disallow", "if-necessary", "explicit", "if-necessary-or-explicit", "Allow",
        "x", ""), "true")),
    "config": CONFIG,
    "configs": keyed(CONFIG[::2]),
    "variables": keyed(VARIABLES),
    "builds": keyed(
        (
            *listed(FEW_REQUIREMENTS),
            '[{ requirement = "idna", match-runtime = true }]',
            '[{ requirement = "idna", match-runtime = false, zzz = 1 }]',
            '[{ requirement = "idna" }]',
            "[{ match-runtime = true }]",
            '[{ requirement = "idna", match_runtime = true }]',
            '[{ requirement = "idna", match-runtime = "true" }]',
            '[{ requirement = "idna>=x", match-runtime = true }]',
            '[["idna", true]]',
            '"idna"',
            "[]",
            "1",
            "{}",
        )
    ),
    "metadata": (
        '[{ name = "a" }]',
        '[{ name = "a", version = "1.0", requires-dist = ["idna"], requires-python = ">=3.8", provides-extra = ["x"] }]',
        '[{ name = "a", provides-extras = ["x"] }]',
        '[{ name = "a", provides-extra = [], provides-extras = [] }]',
        '[{ version = "1.0" }]',
        '[{ name = "a", zzz = 1 }]',
        '[{ name = "a", requires_dist = [] }]',
        '[{ name = "a" }, { name = "a" }]',
        '[{ name = "a" }, { name = "b", version = "x" }]',
        '[["a", "1.0"]]',
        '[["a", "1.0", [], ">=3.8", []]]',
        '{ name = "a" }',
        '"a==1.0"',
    ),
    "indexes": (
        f"[{INDEX}]",
        f"[{{ url = {URL} }}]",
        '[{ url = "./wheels" }]',
        '[{ name = "corp" }]',
        f"[{INDEX}, {INDEX}]",
        f'[{INDEX}, {{ name = "CORP", url = {URL} }}]',
        f'[{INDEX}, {{ name = "other", url = {URL} }}]',
        f"[{{ url = {URL}, default = true }}]",
        f'[{{ url = {URL}, default = true }}, {{ url = "https://other.example/simple", default = true }}]',
        f'[{{ url = {URL}, default = true }}, {{ url = "https://other.example/simple", default = false }}]',
        f"[{{ url = {URL}, explicit = true }}]",
        f'[{{ name = "corp", url = {URL}, explicit = true }}]',
        f'[{{ name = "", url = {URL}, explicit = true }}]',
        f'[{{ name = "corp", url = {URL}, explicit = true, default = true }}]',
        f"[{{ url = {URL}, zzz = 1 }}]",
        f"[{{ url = {URL}, publish_url = 1 }}]",
        f"[{{ URL = {URL} }}]",
        f"[{INDEX}, 1]",
        f"[{INDEX}, {{}}]",
        f'["corp={URL[1:]}]',
        f"[{URL}]",
        f"[[{URL}]]",
        f'[["corp", {URL}]]',
        f'[["corp", {URL}, false, false, "simple", {URL}, "auto", [404], {{}}, "sha256", false, {{}}]]',
        INDEX,
        f"{{ corp = {INDEX} }}",
    ),
    "pip": (
        "{ zzz = 1 }",
        f"{{ index = [{INDEX}] }}",
        '{ prerelease-package = { a = "allow" } }',
        "{ no-build-package = [] }",
        "{ no-binary-package = [] }",
        "{ no_index = true }",
        "{ offline = true }",
        "{ cache-dir = 'x' }",
        "{ python = '3.12', zzz = 1 }",
        "{ no-index = true, no-deps = false }",
        "{ pip = {} }",
        "{ only-binary-package = [] }",
    ),
    "audit": ("{ zzz = 1 }", "{ malware-check = true }", "{ malware_check = 1 }",
        '[true, "https://index.example", [], []]', "[true]"),
    "cache keys": (
        *listed(texts("pyproject.toml", "**/*.toml", "", "[", "a**", "../x", "/x")),
        '[{ file = "x" }]', '[{ file = "**/*.rs" }]', '[{ file = "[" }]', "[{ file = 1 }]",
        '[{ file = ["x"] }]', '[{ dir = "src" }]', "[{ dir = true }]", "[{ git = true }]",
        "[{ git = false }]", "[{ git = {} }]", "[{ git = { commit = true } }]",
        "[{ git = { commit = true, tags = false } }]", "[{ git = { branch = true } }]",
        "[{ git = { commit = 1 } }]", '[{ git = "commit" }]', "[{ git = [true] }]",
        "[{ git = [true, false] }]", '[{ env = "X" }]', "[{ env = 1 }]", '[{ env = "" }]',
        '[{ env = "A=B" }]', "[{}]", "[{ zzz = 1 }]", '[{ file = "x", zzz = 1 }]',
        '[{ file = "x", dir = "y" }]', '[{ file = "x" }, { git = true }]', '[{ file = "x" }, 1]',
        '{ file = "x" }', '[["x"]]', '[{ FILE = "x" }]',
        '[{ git = { commit = true } }, { file = "pyproject.toml" }]',
    ),
    "preview features": (
        "false", *listed(texts("json-output", "nope", "JSON-OUTPUT", "json_output", "", " json-output",
            "json-output,pylock")),
        *(f'["{name}"]' for name in PREVIEW_FEATURES),
        *texts("json-output", "true", "json-output,pylock"), "[true]",
    ),
    "groups": (
        *texts("all", "All", "none", "dev"), '["dev"]', '["DEV"]', '["dev", "docs"]', '["dev", "dev"]',
        '["nope"]', '["dev", 1]', '["all"]', '["a b"]', '[["dev"]]',
    ),
    "group names": listed((*NAMES, *texts("pyproject.toml:dev", "x/pyproject.toml:dev", "x/other.toml:dev",
        "x:dev", ":dev", "pyproject.toml:", "pyproject.toml:-a", "pyproject.toml:a:b", "xpyproject.toml:dev",
        "a:b/pyproject.toml:dev"))),
    "group settings": (
        '{ dev = { requires-python = ">=3.12" } }', "{ dev = {} }",
        '{ DEV = { requires-python = ">=3.12" } }', '{ dev = { requires-python = ">=x" } }',
        "{ dev = { requires-python = 3 } }", '{ dev = { requires-python = "" } }', "{ dev = { zzz = 1 } }",
        "{ dev = { requires_python = 1 } }", '{ dev = ">=3.12" }',
        '{ nope = { requires-python = ">=3.12" } }', '{ "a b" = {} }', "{ dev = {}, Dev = {} }",
        "{ dev = [] }", '{ dev = [">=3.12"] }', '{ dev = { requires-python = "^3.12" } }',
        '{ dev = { requires-python = "3.12" } }',
    ),
    "conflicts": (
        '[[{ extra = "red" }, { extra = "blue" }]]', '[[{ group = "dev" }, { group = "docs" }]]',
        '[[{ extra = "red" }, { group = "dev" }]]', "[[]]", '[[{ extra = "red" }]]',
        '[[{ extra = "red" }, { extra = "red" }]]', '[[{ extra = "red" }, { extra = "RED" }]]',
        '[[{ extra = "nope" }, { extra = "blue" }]]',
        '[[{ extra = "red", group = "dev" }, { extra = "blue" }]]', '[[{}, { extra = "blue" }]]',
        '[[{ extra = "red", zzz = 1 }, { extra = "blue" }]]', '[{ extra = "red" }, { extra = "blue" }]',
        '[["red", "blue"]]', '[[{ extra = 1 }, { extra = "blue" }]]',
        '[[{ extra = "a b" }, { extra = "blue" }]]',
        '[[{ package = "root", extra = "red" }, { package = "root", extra = "blue" }]]',
        '[[{ package = "root", extra = "red" }, { extra = "red" }]]',
        '[[{ package = "a" }, { package = "b" }]]',
        '[[{ package = "a b", extra = "red" }, { extra = "blue" }]]', '[[["a"], ["b"]]]',
        '[[["root", "red"], ["root", "blue"]]]', '[[{ extra = "red" }, { extra = "blue" }], []]',
        '[[{ extra = "red" }, { extra = "blue" }], 1]', '{ extra = ["red", "blue"] }',
        '[[{ extra = "red" }, 1]]',
    ),
    "workspace": (
        '{ members = ["packages/*"] }', '{ members = ["packages/*"], exclude = ["packages/x"] }',
        '{ exclude = ["x"] }', "{ members = [] }", '{ members = "x" }', "{ members = [1] }",
        '{ members = ["x"], zzz = 1 }', '{ default-members = ["x"] }', '{ member = ["x"] }',
        '{ Members = ["x"] }', '[["x"], ["y"]]', '[["x"]]',
        *(f"{{ members = [{one}] }}" for one in PATTERNS), *(f"{{ exclude = [{one}] }}" for one in PATTERNS),
    ),
    "libc": (
        '{ glibc = "2.31" }', '{ musl = "1.2" }', '{ glibc = "2.31", musl = "1.2" }',
        '{ glibc = "2.31", zzz = 1 }', '{ libc = "2.31" }', '{ Glibc = "2.31" }', '["2.31"]',
        '["2.31", "1.2"]', '["2.31", "1.2", "3.4"]', '"2.31"',
    ),
    "build backend": ("{ zzz = 1 }", '{ module-name = "x" }', "{ module-name = 1 }"),
    "sources": (
        '{ idna = { index = "corp" } }', '{ idna = { path = "./wheels" } }',
        '{ idna = [{ path = "./wheels" }] }', "{ idna = [] }", "{ idna = {} }", '{ idna = "x" }',
        "{ idna = true }", '{ idna = ["x"] }', "{ idna = [{}] }", '{ idna = { zzz = 1 } }',
        '{ idna = { index = "corp", zzz = 1 } }', '{ "a b" = { index = "corp" } }',
        '{ "-a" = { index = "corp" } }', '{ a-b = { index = "corp" }, A_b = { index = "corp" } }',
        '{ idna = [{ index = "a", marker = "os_name == \'nt\'" }, { index = "b", marker = "os_name == \'posix\'" }] }',
        '{ idna = [{ index = "a", marker = "os_name == \'nt\'" }, { index = "b", marker = "sys_platform == \'win32\'" }] }',
        '{ idna = [{ index = "a", marker = "os_name == \'nt\'" }, { index = "b" }] }',
        '{ idna = [{ index = "a" }, { index = "b" }] }',
        '{ idna = [{ index = "a", extra = "red" }, { index = "b", extra = "blue" }] }',
        '{ idna = [{ index = "a", extra = "red" }, { index = "b", extra = "RED" }] }',
        '{ idna = [{ index = "a", group = "dev" }, { index = "b", extra = "red" }] }',
        '{ idna = [{ index = "a", marker = "os_name == \'nt\'" }, { index = "b", marker = "os_name == \'posix\'" }, { index = "c", marker = "os_name == \'nt\'" }] }',
        '{ idna = { index = "a", extra = "red", group = "dev" } }',
        *(
            f"{{ idna = {{ {one}, {other} }} }}"
            for one in ('git = "https://git.example/x"', 'url = "https://files.example/x.whl"',
                'path = "./wheels"', 'index = "corp"', "workspace = true")
            for other in (
                'subdirectory = "x"', 'rev = "x"', 'tag = "x"', 'branch = "x"', "lfs = true",
                "editable = true", "package = false", 'url = "https://files.example/y.whl"', 'path = "./y"',
                'index = "y"', "workspace = false", 'git = "https://git.example/y"',
            )
            if one.partition(" ")[0] != other.partition(" ")[0]
        ),
        '{ idna = { git = "https://git.example/x", rev = "x", tag = "y" } }',
        '{ idna = { git = "https://git.example/x", path = "x", subdirectory = "y" } }',
        '{ idna = { path = "./wheels", editable = true, package = false } }',
        '{ idna = { path = "./wheels", editable = false, package = true } }',
        '{ idna = { workspace = "../x" } }', "{ idna = { workspace = 1 } }",
        "{ idna = { workspace = false } }", '{ idna = { workspace = "" } }',
    ),
}  # fmt: skip

WORDS: dict[str, tuple[str, ...]] = {
    "python-preference": ("only-managed", "managed", "system", "only-system"),
    "python-downloads": ("automatic", "auto", "manual", "never"),
    "index-strategy": ("first-index", "unsafe-first-match", "unsafe-any-match", "unsafe-best-match"),
    "keyring-provider": ("disabled", "subprocess"),
    "resolution": ("highest", "lowest", "lowest-direct"),
    "prerelease": ("disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"),
    "fork-strategy": ("fewest", "requires-python"),
    "link-mode": ("clone", "reflink", "copy", "hardlink", "symlink"),
    "trusted-publishing": ("automatic", "always", "never"),
    "add-bounds": ("lower", "major", "minor", "exact"),
    "annotation-style": ("line", "split"),
    "torch-backend": ("auto", "cpu", "xpu", "cu80", "cu118", "cu126", "cu130", "rocm4.0.1", "rocm6.2.4", "rocm7.2"),
    "python-platform": (
        "windows", "linux", "macos", "x86_64-pc-windows-msvc", "x8664-pc-windows-msvc",
        "arm64-pc-windows-msvc", "x86_64-unknown-linux-gnu", "x8664-unknown-linux-gnu",
        "aarch64-apple-darwin", "aarch64-unknown-linux-musl", "riscv64-unknown-linux",
        "powerpc64le-unknown-linux-gnu", "x86_64-manylinux2014", "manylinux2014_x86_64",
        "x86_64-manylinux_2_28", "manylinux_2_28_x86_64", "x8664-manylinux228", "aarch64-manylinux_2_40",
        "manylinux_2_40_aarch64", "aarch64-manylinux240", "s390x-manylinux_2_31",
        "loongarch64-manylinux_2_36", "x86_64-linux-android", "wasm32-pyodide2024", "wasm32-pyodide2025",
        "arm64-apple-ios", "arm64-apple-ios-simulator",
    ),
    "index.format": ("simple", "flat"),
    "index.authenticate": ("auto", "always", "never"),
    "index.hash-algorithm": ("md5", "sha256", "sha384", "sha512", "blake2b"),
}  # fmt: skip
"""Words of enumerations: of the long ones, some of each form. The record has uv's whole lists."""

WRONG_WORDS = {
    "resolution": ("{ highest = {} }", "{ highest = [] }", "{ highest = true }", "{ newest = {} }",
        '["highest", {}]'),
    "index.format": ("{ flat = {} }", "{ flat = [] }", "{ flat = 1 }"),
    "torch-backend": texts("cu127", "cu119", "rocm5", "rocm7", "rocm72", "cuda", "cu12.8", "cu131", "mps",
        "rocm6.2.1"),
    "python-platform": texts(
        "macos-arm64", "win32", "darwin", "linux-x86_64", "musllinux_1_2_x86_64", "wasm32-pyodide",
        "aarch64-linux-gnu", "x86_64-manylinux_2_18", "x86_64-manylinux228", "s390x-manylinux231",
        "riscv64gc-unknown-linux-gnu", "arm64-linux-android", "x86_64-apple-ios", "aarch64-linux-android-21",
        "loongarch64-manylinux_2_31",
    ),
    "keyring-provider": texts("native", "auto", "import"),
    "prerelease": texts("if_necessary", "never", "only"),
    "link-mode": texts("reflink", "hard-link", "none"),
    "add-bounds": texts("compatible", "patch"),
}  # fmt: skip
"""More words that look right, and other ways to write one."""

# ------------------------------------------------------------------------------ keys

SHARED: dict[str, tuple[str, ...]] = {
    "index url": ("index-url",),
    "index urls": ("extra-index-url",),
    "found": ("find-links",),
    "flag": (
        "no-index", "no-build-isolation", "require-build-hashes", "compile-bytecode", "no-sources",
        "upgrade", "reinstall",
    ),
    "name list": ("no-build-isolation-package", "no-sources-package", "reinstall-package"),
    "flag or names": ("no-build",),
    "metadata": ("dependency-metadata",),
    "config": ("config-settings",),
    "configs": ("config-settings-package",),
    "builds": ("extra-build-dependencies",),
    "variables": ("extra-build-variables",),
    "moment": ("exclude-newer",),
    "moments": ("exclude-newer-package",),
    "few requirements": ("upgrade-package",),
    "words": ("index-strategy", "keyring-provider", "resolution", "prerelease", "fork-strategy", "link-mode",
        "torch-backend"),
}  # fmt: skip
"""The keys of `[tool.uv.pip]` that `[tool.uv]` has as well, by kind."""

PIP: dict[str, tuple[str, ...]] = {
    "python": ("python",),
    "flag": (
        "system", "break-system-packages", "strict", "all-extras", "no-deps", "allow-empty-requirements",
        "no-strip-extras", "no-strip-markers", "no-annotate", "no-header", "generate-hashes", "universal",
        "emit-index-url", "emit-find-links", "emit-build-options", "emit-marker-expression",
        "emit-index-annotation", "require-hashes", "verify-hashes",
    ),
    "path": ("target", "prefix", "output-file"),
    "text": ("custom-compile-command",),
    "name list": ("no-binary", "only-binary", "extra", "no-extra", "no-emit-package"),
    "group names": ("group",),
    "python version": ("python-version",),
    "words": ("python-platform", "annotation-style"),
}  # fmt: skip
"""The keys of `[tool.uv.pip]` alone."""

KINDS: dict[str, tuple[str, ...]] = {
    "specifiers of uv": ("required-version",),
    "flag": ("system-certs", "native-tls", "offline", "no-cache", "preview"),
    "path": ("cache-dir",),
    "preview features": ("preview-features",),
    "count": ("concurrent-downloads", "concurrent-builds", "concurrent-installs"),
    "indexes": ("index",),
    "proxy": ("http-proxy", "https-proxy"),
    "texts": ("no-proxy",),
    "hosts": ("allow-insecure-host",),
    "modes": ("prerelease-package",),
    "name list": ("no-build-package", "no-binary-package"),
    "flag or names": ("no-binary",),
    "text": (
        "python-install-mirror", "pypy-install-mirror", "graalpy-install-mirror", "pyodide-install-mirror",
        "python-downloads-json-url",
    ),
    "url": ("publish-url",),
    "few index urls": ("check-url",),
    "audit": ("audit",),
    "pip": ("pip",),
    "cache keys": ("cache-keys",),
    "words": ("python-preference", "python-downloads", "trusted-publishing", "add-bounds"),
}  # fmt: skip
"""The keys of `[tool.uv]` that are settings, beside `SHARED`."""

WORKSPACE_KINDS: dict[str, tuple[str, ...]] = {
    "overrides": ("override-dependencies",),
    "exclusions": ("exclude-dependencies",),
    "requirements": ("constraint-dependencies",),
    "build constraints": ("build-constraint-dependencies",),
    "markers": ("environments", "required-environments"),
    "libc": ("minimum-libc-version",),
    "conflicts": ("conflicts",),
    "workspace": ("workspace",),
    "sources": ("sources",),
    "flag": ("managed", "package"),
    "groups": ("default-groups",),
    "group settings": ("dependency-groups",),
    "old development requirements": ("dev-dependencies",),
    "build backend": ("build-backend",),
}  # fmt: skip
"""The keys of `[tool.uv]` that describe the workspace."""

WORKSPACE_KEYS = frozenset(key for keys in WORKSPACE_KINDS.values() for key in keys) | {"index"}
"""The keys that uv reads from every member."""

_ONLY_IN_PYPROJECT = frozenset(
    {
        "build-backend", "conflicts", "default-groups", "dependency-groups", "dev-dependencies",
        "environments", "managed", "minimum-libc-version", "package", "required-environments", "sources",
        "workspace",
    }
)  # fmt: skip
"""Keys that uv refuses in a `uv.toml`, whatever their value: a few values are enough there."""

UNKNOWN = (
    "zzz = 1", 'default-package = ["root"]', "no_index = true", "No-Index = true", '"no-index " = true',
    'Resolution = "highest"', 'indexes = []', 'extra-index-urls = []', "exclude_newer = false",
    "no-binaries = true", "constraints = []", "overrides = []", 'python = "3.12"', "no-deps = true",
    "verbose = true", "color = true", "allow-insecure-hosts = []", "x.y = 1", "pip.zzz = 1",
    "workspaces = {}", "dev_dependencies = []", "source = {}", "keyring = true", 'python-version = "3.12"',
    'python-platform = "linux"', "no-editable = true", "frozen = true", "locked = true",
    "package-mode = false", 'name = "x"', "dependencies = []", "torch_backend = 'cpu'",
)  # fmt: skip
"""Keys that uv does not know."""

TOGETHER: tuple[tuple[str, str], ...] = (
    ("preview", 'preview = true\npreview-features = ["json-output"]'),
    ("preview", "preview = false\npreview-features = false"),
    ("no-build", 'no-build = true\nno-build-package = ["a"]'),
    ("no-binary", "no-binary = true\nno-build = true"),
    ("resolution", 'resolution = "highest"\nresolution = "lowest"'),
    ("resolution", 'resolution = "nope"\nzzz = 1'),
    ("required-version", 'required-version = ">=0.5"\nzzz = 1'),
    ("system-certs", "system-certs = true\nnative-tls = true"),
    (
        "index",
        'index-url = "https://index.example/simple"\nindex = [{ url = "https://index.example/simple", default = true }]',
    ),
    ("exclude-newer", 'exclude-newer = "7 days"\nexclude-newer-package = { idna = false }'),
    ("config-settings", 'config-settings.a = "x"\nconfig-settings.b.c = "x"'),
    ("pip.python", 'pip.python = "3.12"\npip.zzz = 1'),
    (
        "minimum-libc-version",
        'minimum-libc-version = { glibc = "2.31" }\npreview-features = ["minimum-libc-version"]',
    ),
    ("minimum-libc-version", 'minimum-libc-version = { glibc = "2.31" }\npreview = true'),
    (
        "require-build-hashes",
        'require-build-hashes = true\npreview-features = ["build-dependency-hashes"]',
    ),
    ("require-build-hashes", "require-build-hashes = true\npreview = true"),
    (
        "conflicts",
        'conflicts = [[{ package = "a" }, { package = "b" }]]\npreview-features = ["package-conflicts"]',
    ),
    ("native-tls", "native-tls = true\npreview = true"),
    ("native-tls", "native-tls = true\nsystem-certs = false"),
    ("upgrade", 'upgrade = true\nupgrade-package = ["idna"]'),
)
"""Keys beside each other."""

# ---------------------------------------------------------------------------- fields

SOURCE = "sources = { idna = { @ } }"
GIT = SOURCE.replace("@", 'git = "https://git.example/x", @')
LOCAL = SOURCE.replace("@", 'path = "./wheels", @')
INDEXED = f"index = [{INDEX.replace(' }', ', @ }')}]"
CACHED = INDEXED.replace("@", "cache-control = { @ }")
STATIC = 'dependency-metadata = [{ name = "a", @ }]'
BACKEND = "build-backend = { @ }"

FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "index.name": (f"index = [{{ url = {URL}, @ }}]", (*NAMES, *texts("A-b_c.d", "a\u0020b", "ä"))),
    "index.url": ("index = [{ @ }]", URLS),
    "index.explicit": (INDEXED, FLAGS),
    "index.default": (INDEXED, FLAGS),
    "index.format": ('index = [{ url = "./wheels", @ }]', ()),
    "index.publish-url": (INDEXED, FEW_URLS),
    "index.authenticate": (INDEXED, ()),
    "index.ignore-error-codes": (INDEXED, listed(STATUS_CODES)),
    "index.cache-control": (INDEXED, ('{ api = "max-age=600" }', '{ api = "max-age=600", files = "no-store" }',
        '{ zzz = 1 }', '["a", "b"]', '"max-age=600"')),
    "index.cache-control.api": (CACHED, HEADERS),
    "index.cache-control.files": (CACHED, HEADERS),
    "index.hash-algorithm": (INDEXED, texts("blake2b-256", "sha1", "sha224", "SHA256")),
    "index.exclude-newer": (INDEXED, (*FEW_MOMENTS, *MOMENT_TABLES)),
    "index.exclude-newer-package": (INDEXED, keyed((*FEW_MOMENTS[::3], *MOMENT_TABLES[:4]))),
    "dependency-metadata.name": ("dependency-metadata = [{ @ }]", NAMES),
    "dependency-metadata.version": (STATIC, VERSIONS),
    "dependency-metadata.requires-dist": (STATIC, listed(FEW_REQUIREMENTS)),
    "dependency-metadata.requires-python": (STATIC, PYTHONS),
    "dependency-metadata.provides-extra": (STATIC, listed(NAMES)),
    "dependency-metadata.provides-extras": (STATIC, listed(NAMES)),
    "audit.malware-check": ("audit = { @ }", FLAGS),
    "audit.malware-check-url": ("audit = { @ }", FEW_URLS),
    "audit.ignore": ("audit = { @ }", listed(texts("PYSEC-2022-43017", "x", ""))),
    "audit.ignore-until-fixed": ("audit = { @ }", listed(texts("PYSEC-2022-43017", "x", ""))),
    "override-dependencies.package.name": ("override-dependencies = [{ package = { @ }, dependencies = [] }]", NAMES),
    "override-dependencies.package.version": ('override-dependencies = [{ package = { name = "a", @ }, dependencies = [] }]', VERSIONS),
    "exclude-dependencies.package.name": ("exclude-dependencies = [{ package = { @ }, dependencies = [] }]",
        NAMES[:5]),
    "exclude-dependencies.package.version": ('exclude-dependencies = [{ package = { name = "a", @ }, dependencies = [] }]', VERSIONS[::3]),
    "minimum-libc-version.glibc": ("minimum-libc-version = { @ }", LIBCS),
    "minimum-libc-version.musl": ("minimum-libc-version = { @ }", LIBCS),
    "workspace.members": ("workspace = { @ }", listed(texts("packages/*", ""))),
    "workspace.exclude": ("workspace = { @ }", listed(texts("packages/*", ""))),
    "sources.git": (SOURCE, URLS),
    "sources.url": (SOURCE, FEW_URLS),
    "sources.path": (SOURCE, PATHS),
    "sources.index": (SOURCE, (*NAMES, URL)),
    "sources.workspace": (SOURCE, ("false", '"."', '".."', '"x"')),
    "sources.subdirectory": (GIT, PATHS),
    "sources.rev": (GIT, texts("main", "a b", "")),
    "sources.tag": (GIT, texts("v1", "")),
    "sources.branch": (GIT, texts("main", "")),
    "sources.lfs": (GIT, FLAGS),
    "sources.editable": (LOCAL, FLAGS),
    "sources.package": (LOCAL, FLAGS),
    "sources.marker": (LOCAL, FEW_MARKERS),
    "sources.extra": (LOCAL, NAMES),
    "sources.group": (LOCAL, NAMES),
}  # fmt: skip
"""The fields of tables: how to write each, and values of its own kind."""

BUILD_FIELDS: dict[str, tuple[str, tuple[str, ...]]] = {
    "build-backend.module-root": (BACKEND, texts("src", "./src", "/src", "../src", "src/../src", "src/")),
    "build-backend.module-name": (
        BACKEND, (*texts("root", "other", "1x", "a b", "", "root-x", "root."), '["root", "other"]',
            '["root", "root"]', "[]", '["root", 1]', '[""]'),
    ),
    "build-backend.source-include": (BACKEND, listed(texts("x/*.txt", "**", "a**", "[", "/x", "../x", "{a,b}",
        "./x", "\\x", "x\\*", "a b", ""))),
    "build-backend.default-excludes": (BACKEND, FLAGS),
    "build-backend.source-exclude": (BACKEND, listed(texts("x/*.txt", "**/*.bin", "a**", "[", "/x", "../x",
        "/src/y", "é"))),
    "build-backend.wheel-exclude": (BACKEND, listed(texts("x/*.txt", "**/*.bin", "a**", "[", "/x", "../x",
        "/src/y", ""))),
    "build-backend.namespace": (BACKEND, FLAGS),
    "build-backend.data": (
        BACKEND, ('{ headers = "src" }', '{ scripts = "src", data = "src" }', '{ purelib = "src" }',
            '{ platlib = "src" }', "{ headers = 1 }", '{ header = "src" }', "{ zzz = 1 }", '{ data = ["src"] }',
            '["src"]'),
    ),
    "build-backend.zzz": (BACKEND, ("1",)),
}  # fmt: skip
"""What `uv_build` reads."""

TABLES: dict[str, str] = {
    "tool.uv": "zzz = 1",
    "pip": "pip.zzz = 1",
    "dependency-metadata": "dependency-metadata = [{ zzz = 1 }]",
    "cache-keys": "cache-keys = [{ zzz = 1 }]",
    "cache-keys.git": "cache-keys = [{ git = { zzz = 1 } }]",
    "exclude-dependencies": "exclude-dependencies = [{ zzz = 1 }]",
    "exclude-dependencies.package": "exclude-dependencies = [{ package = { zzz = 1 } }]",
    "minimum-libc-version": "minimum-libc-version = { zzz = 1 }",
    "conflicts": "conflicts = [[{ zzz = 1 }]]",
    "workspace": "workspace = { zzz = 1 }",
    "sources": "sources = { idna = { zzz = 1 } }",
    "build-backend.data": "build-backend = { data = { zzz = 1 } }",
}
"""Tables in which uv refuses what it does not know, and a text that makes it name what it knows."""


ENUMERATIONS: dict[str, str] = {
    **{key: f'{key} = "zzz"' for key in WORDS if "." not in key},
    **{key: f'pip.{key} = "zzz"' for key in ("annotation-style", "python-platform")},
    **{
        key: f'index = [{{ url = "./wheels", {key[6:]} = "zzz" }}]'
        for key in WORDS
        if key.startswith("index.")
    },
}
"""A text for each enumeration that makes uv name its words."""


def triples() -> Iterator[Triple]:
    """Yield every triple once, in the order of the tables."""
    yield from dict.fromkeys(_triples())


def _triples() -> Iterator[Triple]:
    for kinds in (SHARED, KINDS, WORKSPACE_KINDS):
        for kind, keys in kinds.items():
            for key in keys:
                yield from _placed(key, key, [f"{key} = {value}" for value in _values(kind, key)])
    for number, (kind, keys) in enumerate((*SHARED.items(), *PIP.items())):
        for key in keys:
            values = _values(kind, key)
            if number < len(SHARED):  # the same as in `[tool.uv]`: a part is enough
                values = values[:: 1 + len(values) // 24]
            yield from _placed("pip", f"pip.{key}", [f"pip.{key} = {value}" for value in values])
    for name, (frame, values) in FIELDS.items():
        top, field = name.partition(".")[0], name.rpartition(".")[2]
        values = (*FEW_TYPES, *_words(name), *values)
        yield from _placed(
            top, name, [frame.replace("@", f"{field} = {value}") for value in values]
        )
    for name, (frame, values) in BUILD_FIELDS.items():
        field = name.rpartition(".")[2]
        for value in dict.fromkeys((*FEW_TYPES, *values)):
            yield Triple(name, BUILD, frame.replace("@", f"{field} = {value}"))
    for place in (ROOT, SETTINGS, MEMBER):
        for text in UNKNOWN:
            yield Triple("unknown", place, text)
        for key, text in TOGETHER:
            yield Triple(key, place, text)


def _placed(top: str, name: str, lines: list[str]) -> Iterator[Triple]:
    """Yield the texts at the root, and a part of them in places where uv reads them in the same way."""
    lines = list(dict.fromkeys(lines))
    in_settings = in_member = 1 + len(lines) // 20
    if top in _ONLY_IN_PYPROJECT:
        in_settings = 1 + len(lines) // 4
    elif name in WORKSPACE_KEYS:
        in_settings = 1  # there uv reads the setting alone: it may refuse less
    elif top == "pip":
        in_settings = 1 + len(lines) // 6
    if top not in WORKSPACE_KEYS:
        in_member = 1 + len(lines) // 3
    for place, step in ((ROOT, 1), (SETTINGS, in_settings), (MEMBER, in_member)):
        for line in lines[::step]:
            yield Triple(name, place, line)


def _values(kind: str, key: str) -> tuple[str, ...]:
    if key == "dev-dependencies":  # what is required there uv looks for at once
        return (*(value for value in TYPES if value != '["x"]'), *VALUES[kind])
    return (*TYPES, *(_words(key) if kind == "words" else VALUES[kind]))


def _words(key: str) -> tuple[str, ...]:
    return words(*WORDS[key], more=WRONG_WORDS.get(key, ())) if key in WORDS else ()
