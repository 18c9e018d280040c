"""The keys of `[tool.uv]`, of `[tool.uv.pip]` and of `uv.toml`.

The tables mirror `ToolUv` of uv-workspace and `OptionsWire` of uv-settings. A key of a new uv is one
entry here: findings, hover, completion, names and the JSON schemas follow.
"""

from __future__ import annotations

from ws_lsp.schema.keys import (
    BUILD_BACKEND,
    BUILD_CONSTRAINTS,
    CACHE_KEYS,
    CONFLICTS,
    CONSTRAINTS,
    DEFAULT_GROUPS,
    DEPENDENCY_METADATA,
    DEV_DEPENDENCIES,
    ENVIRONMENTS,
    EXCLUDE_NEWER,
    EXCLUDE_NEWER_PACKAGE,
    EXCLUSIONS,
    EXTRA_BUILD,
    EXTRA_INDEX_URL,
    FIND_LINKS,
    GROUP_SETTINGS,
    INDEX,
    INDEX_URL,
    MANAGED,
    MINIMUM_LIBC,
    NO_CACHE,
    NO_INDEX,
    NO_ISOLATION,
    NO_ISOLATION_PACKAGE,
    NO_SOURCES,
    NO_SOURCES_PACKAGE,
    OVERRIDES,
    PACKAGE,
    PACKAGE_CONFLICTS,
    PIP,
    PRERELEASE_PACKAGE,
    PREVIEW,
    PREVIEW_FEATURES,
    REQUIRED_ENVIRONMENTS,
    REQUIRED_VERSION,
    RESOLUTION,
    SOURCE_KINDS,
    SOURCES,
    USUAL_SOURCE,
    WORKSPACE,
)
from ws_lsp.schema.shapes import (
    FLAG,
    Choice,
    Flag,
    Holds,
    Integer,
    Key,
    Keys,
    Layer,
    ListOf,
    MapOf,
    Reader,
    Role,
    Shape,
    Text,
)

__all__ = [
    "BUILD_BACKEND_TABLE",
    "INDEX_TABLE",
    "MEMBERS",
    "PATH_OF_SOURCE",
    "SOURCE_TABLE",
    "TOOL_UV",
    "UV_TOML",
    "WORKSPACE_OF_SOURCE",
    "WORKSPACE_TABLE",
]

# ------------------------------------------------------------------------------- values

TEXT = Text()
PATH = Text(Holds.PATH)
TEXTS = ListOf(TEXT)
PATHS = ListOf(PATH)
PACKAGES = ListOf(Text(Holds.PACKAGE))
REQUIREMENT = Text(Holds.REQUIREMENT)
REQUIREMENTS = ListOf(REQUIREMENT)
MARKER = Text(Holds.MARKER)
MARKERS = Choice((ListOf(MARKER), MARKER), "a marker or a list of markers")
URL = Text(Holds.URL)
LOCATION = Text(Holds.INDEX_URL)
LOCATIONS = ListOf(LOCATION)
PROXY = Text(Holds.PROXY)
SELECTED_PACKAGES = ListOf(Text(Holds.SELECTED_PACKAGE, suggested=(":all:", ":none:")))
COUNT = Integer(least=1)
CONFIG_SETTINGS = MapOf(
    TEXT, Choice((TEXT, TEXTS), "a string or a list of strings"), "setting", distinct=False
)
SETTING_NAME = Text(Holds.PACKAGE)
TARGET = Keys(
    {
        "name": Key(Text(Holds.PACKAGE), "The package whose dependencies change."),
        "version": Key(Text(Holds.VERSION), "The version of the package that is meant."),
    },
    by_position=True,
    closed=True,
    required=("name",),
)
MOMENT = Choice(
    (
        Text(Holds.MOMENT),
        Flag(("false",), since=(0, 11, 24)),
        Keys(
            {
                "timestamp": Key(Text(Holds.TIMESTAMP), "A point in time."),
                "span": Key(
                    Text(Holds.DURATION), "The duration that the point in time was computed from."
                ),
            },
            required=("timestamp",),
            since=(0, 9, 17),
        ),
    ),
    "a date, a duration or `false`",
)
PRERELEASES = Text(
    words=("disallow", "allow", "if-necessary", "explicit", "if-necessary-or-explicit"),
    deprecated=("if-necessary-or-explicit", "if-necessary"),
)


def words(*some: str) -> Text:
    """Return the shape of an enumeration."""
    return Text(words=some)


def by_package(value: Shape) -> MapOf:
    """Return the shape of a table that says something of each package named in it."""
    return MapOf(SETTING_NAME, value, "package", distinct=False)


HOSTS = ListOf(
    Choice(
        (
            Text(Holds.HOST),
            Keys(
                {
                    "scheme": Key(TEXT, "`http` or `https`."),
                    "host": Key(TEXT, "The name of the host."),
                    "port": Key(Integer(0, 65535), "The port."),
                },
                required=("host",),
            ),
        ),
        "a host",
    )
)
GIT_CACHE_KEY = Keys(
    {
        "commit": Key(FLAG, "Whether the commit counts."),
        "tags": Key(FLAG, "Whether the tags count."),
    },
    closed=True,
)

_CUDA = (
    *("132", "130", "129", "128", "126", "125", "124", "123", "122", "121", "120", "118", "117"),
    *("116", "115", "114", "113", "112", "111", "110", "102", "101", "100", "92", "91", "90", "80"),
)
_ROCM = (
    *("7.2", "7.1", "7.0", "6.4", "6.3", "6.2.4", "6.2", "6.1", "6.0", "5.7", "5.6", "5.5"),
    *("5.4.2", "5.4", "5.3", "5.2", "5.1.1", "4.2", "4.1", "4.0.1"),
)
TORCH_BACKEND = Text(
    words=("auto", "cpu", *(f"cu{one}" for one in _CUDA), *(f"rocm{one}" for one in _ROCM), "xpu")
)

_GLIBC = ("2014", *(f"_2_{minor}" for minor in (17, 28, *range(31, 41))))
_MANYLINUX = (
    *(
        (machine, version)
        for machine in ("x86_64", "aarch64", "s390x", "ppc64le")
        for version in _GLIBC
    ),
    *(("loongarch64", version) for version in _GLIBC[-5:]),
)
"""The machines and the versions of manylinux that uv knows."""
PLATFORM = Text(
    words=(
        *("windows", "linux", "macos"),
        *(f"{machine}-pc-windows-msvc" for machine in ("x86_64", "aarch64", "i686")),
        *(f"{machine}-apple-darwin" for machine in ("aarch64", "x86_64")),
        *(
            f"{machine}-unknown-linux-gnu"
            for machine in ("x86_64", "aarch64", "s390x", "powerpc64le", "loongarch64")
        ),
        *(f"{machine}-unknown-linux-musl" for machine in ("x86_64", "aarch64")),
        "riscv64-unknown-linux",
        *(f"{machine}-manylinux{version}" for machine, version in _MANYLINUX),
        *("aarch64-linux-android", "x86_64-linux-android"),
        *("wasm32-pyodide2024", "wasm32-pyodide2025"),
        *("arm64-apple-ios", "arm64-apple-ios-simulator", "x86_64-apple-ios-simulator"),
    ),
    aliases=(
        "arm64-pc-windows-msvc",
        *(f"manylinux{version}_{machine}" for machine, version in _MANYLINUX),
        *(
            f"x8664-{system}"
            for system in (
                *("pc-windows-msvc", "unknown-linux-gnu", "apple-darwin", "unknown-linux-musl"),
                *(f"manylinux{version.replace('_', '')}" for version in _GLIBC),
            )
        ),
        *(f"aarch64-manylinux{version.replace('_', '')}" for version in _GLIBC),
    ),
)


# --------------------------------------------------------------------------- kinds of keys

_ROOT = frozenset({Reader.ROOT})
_SETTINGS_FILES = frozenset({Reader.ROOT, Reader.UV_TOML})


def of_settings(shape: Shape, text: str) -> Key:
    """Return a key of the settings layer, which uv reads from the root or from its `uv.toml`."""
    return Key(shape, text, (Layer.SETTINGS,), _SETTINGS_FILES)


def of_root(shape: Shape, text: str) -> Key:
    """Return a key that uv parses in every member, and that counts in the root."""
    return Key(shape, text, (Layer.PROJECT,), _ROOT, kept=True)


def of_project(shape: Shape, text: str) -> Key:
    """Return a key that uv reads from every member."""
    return Key(shape, text, (Layer.PROJECT,), kept=True)


# --------------------------------------------------------------------------- sources, indexes

WORKSPACE_OF_SOURCE = Key(
    Choice((FLAG, PATH), "`true` or the path of another workspace"),
    "`true`: the package is the member of this workspace that has this name. A path names the root of another workspace.",
    empty="true",
)
PATH_OF_SOURCE = Key(
    PATH,
    "A project, a wheel or a source distribution on disk, relative to this file's directory.",
)

SOURCE_TABLE = Keys(
    {
        WORKSPACE: WORKSPACE_OF_SOURCE,
        "path": PATH_OF_SOURCE,
        "editable": Key(FLAG, "Whether a project is installed so that edits take effect."),
        PACKAGE: Key(FLAG, "Whether a project on disk is built and installed at all."),
        "git": Key(URL, "The URL of a git repository."),
        "rev": Key(TEXT, "A commit of the git repository."),
        "tag": Key(TEXT, "A tag of the git repository."),
        "branch": Key(TEXT, "A branch of the git repository."),
        "lfs": Key(
            FLAG, "Whether the files that git LFS keeps are fetched, too.", since=(0, 9, 15)
        ),
        "subdirectory": Key(TEXT, "The directory of the project in the repository or the archive."),
        "url": Key(URL, "The URL of a wheel or of a source distribution."),
        INDEX: Key(
            Text(Holds.INDEX, Role.LIMIT),
            "The name of the `[[tool.uv.index]]` that the package comes from.",
        ),
        "marker": Key(MARKER, "The environments in which this source counts."),
        "extra": Key(
            Text(Holds.EXTRA, Role.LIMIT), "The extra of this project that this source is for."
        ),
        "group": Key(
            Text(Holds.GROUP, Role.LIMIT),
            "The dependency group of this project that this source is for.",
        ),
    },
    closed=True,
    one_of=SOURCE_KINDS,
    usual=USUAL_SOURCE,
)

INDEX_TABLE = Keys(
    {
        "name": Key(Text(Holds.INDEX, Role.DEFINITION), "The name that sources use for the index."),
        "url": Key(Text(Holds.INDEX_URL), "The URL or the directory of the index."),
        "explicit": Key(FLAG, "Whether the index serves only packages whose source names it."),
        "default": Key(FLAG, "Whether the index takes the place of the default index."),
        "format": Key(
            words("simple", "flat"),
            'The layout of the index: `"simple"` (PEP 503) or `"flat"` (a list of files).',
        ),
        "publish-url": Key(URL, "The URL that `uv publish` uploads to."),
        "authenticate": Key(
            words("auto", "always", "never"), "When uv sends credentials to the index."
        ),
        "ignore-error-codes": Key(
            ListOf(Integer(least=100, most=999)),
            "The HTTP status codes after which uv goes on with the next index.",
        ),
        "cache-control": Key(
            Keys(
                {
                    "api": Key(
                        Text(Holds.HEADER), "The `Cache-Control` header for the lists of files."
                    ),
                    "files": Key(Text(Holds.HEADER), "The `Cache-Control` header for the files."),
                },
                by_position=True,
            ),
            "The `Cache-Control` headers that uv uses in place of those of the index.",
        ),
        "hash-algorithm": Key(
            words("md5", "sha256", "sha384", "sha512", "blake2b"),
            "The hash that `uv.lock` records for files of the index.",
            since=(0, 11, 31),
            experimental="index-hash-algorithm",
        ),
        EXCLUDE_NEWER: Key(
            MOMENT,
            "The date after which files of the index are ignored, in place of `exclude-newer`.",
            since=(0, 11, 5),
            experimental="index-exclude-newer",
        ),
        EXCLUDE_NEWER_PACKAGE: Key(
            by_package(MOMENT),
            "The date after which files of one package of the index are ignored.",
            since=(0, 13, 8),
            experimental="index-exclude-newer",
        ),
    },
    by_position=True,
    required=("url",),
)
INDEXES = ListOf(INDEX_TABLE)

# ---------------------------------------------------------------- settings of uv and of uv pip

_SHARED: dict[str, Key] = {
    INDEX_URL: of_settings(
        LOCATION,
        "The URL of the default index. Deprecated: use `[[tool.uv.index]]` with `default`.",
    ),
    EXTRA_INDEX_URL: of_settings(
        LOCATIONS, "The URLs of more indexes. Deprecated: use `[[tool.uv.index]]`."
    ),
    NO_INDEX: of_settings(
        FLAG, "Whether uv ignores all indexes, and takes packages from elsewhere."
    ),
    FIND_LINKS: of_settings(
        LOCATIONS, "Directories of wheels, or pages that list some, to look for packages in."
    ),
    "index-strategy": of_settings(
        words("first-index", "unsafe-first-match", "unsafe-any-match", "unsafe-best-match"),
        "How uv chooses between several indexes that have a package.",
    )._replace(default="first-index"),
    "keyring-provider": of_settings(
        words("disabled", "subprocess"), "Whether uv asks the `keyring` command for credentials."
    ),
    RESOLUTION: of_settings(
        words("highest", "lowest", "lowest-direct"),
        "Which version uv prefers where several meet the requirements.",
    )._replace(default="highest", locked="resolution-mode", unlocked=("highest",)),
    "prerelease": of_settings(PRERELEASES, "When uv takes pre-releases into account.")._replace(
        default="if-necessary",
        locked="prerelease-mode",
        unlocked=("if-necessary", "if-necessary-or-explicit"),
    ),
    "fork-strategy": of_settings(
        words("fewest", "requires-python"),
        "Whether uv prefers few versions of a package or the newest for each Python version.",
    )._replace(default="requires-python", locked="fork-strategy", unlocked=("requires-python",)),
    DEPENDENCY_METADATA: of_settings(
        ListOf(
            Keys(
                {
                    "name": Key(Text(Holds.PACKAGE), "The package."),
                    "version": Key(Text(Holds.VERSION), "The version that the metadata is for."),
                    "requires-dist": Key(REQUIREMENTS, "The requirements of the package."),
                    "requires-python": Key(
                        Text(Holds.SPECIFIERS), "The Python versions that the package is for."
                    ),
                    "provides-extra": Key(
                        ListOf(Text(Holds.EXTRA, owner="name")), "The extras of the package."
                    ),
                },
                by_position=True,
                closed=True,
                aliases={"provides-extras": "provides-extra"},
                required=("name",),
            )
        ),
        "Metadata of packages that uv takes for granted in place of building them.",
    ),
    "config-settings": of_settings(
        CONFIG_SETTINGS,
        "Settings that every build backend gets.",
    ),
    "config-settings-package": of_settings(
        by_package(CONFIG_SETTINGS),
        "Settings that the build backend of one package gets.",
    ),
    NO_ISOLATION: of_settings(
        FLAG, "Whether packages are built in the environment, in place of one of their own."
    ),
    "require-build-hashes": of_settings(
        FLAG, "Whether uv refuses build requirements without a hash."
    )._replace(masked_silently=True, since=(0, 13, 0), experimental="build-dependency-hashes"),
    NO_ISOLATION_PACKAGE: of_settings(
        PACKAGES, "The packages that are built in the environment, in place of one of their own."
    ),
    EXTRA_BUILD: of_settings(
        MapOf(
            SETTING_NAME,
            ListOf(
                Choice(
                    (
                        REQUIREMENT,
                        Keys(
                            {
                                "requirement": Key(REQUIREMENT, "What the build requires."),
                                "match-runtime": Key(
                                    FLAG, "Whether the version is that of the environment."
                                ),
                            },
                            required=("requirement", "match-runtime"),
                        ),
                    ),
                    "a requirement or a table with `requirement`",
                )
            ),
            "package",
        ),
        "Requirements that the builds of a package get in addition to its own.",
    ),
    "extra-build-variables": of_settings(
        by_package(MapOf(TEXT, TEXT, "variable", distinct=False)),
        "Environment variables that the builds of a package get.",
    ),
    EXCLUDE_NEWER: of_settings(
        MOMENT,
        "The date after which uploaded files are ignored, so that a resolution can be repeated.",
    )._replace(locked="exclude-newer", empty='""'),
    EXCLUDE_NEWER_PACKAGE: of_settings(
        by_package(MOMENT), "The date after which uploaded files of one package are ignored."
    ),
    "link-mode": of_settings(
        Text(words=("clone", "copy", "hardlink", "symlink"), aliases=("reflink",)),
        "How uv puts files from its cache into the environment.",
    ),
    "compile-bytecode": of_settings(
        FLAG, "Whether uv compiles Python files when it installs them."
    ),
    NO_SOURCES: of_settings(
        FLAG, "Whether uv ignores `tool.uv.sources` and takes every package from an index."
    ),
    NO_SOURCES_PACKAGE: of_settings(
        PACKAGES, "The packages for which uv ignores `tool.uv.sources`."
    )._replace(masked_silently=True, since=(0, 9, 26)),
    "upgrade": of_settings(FLAG, "Whether uv ignores the versions that the lockfile has."),
    "upgrade-package": of_settings(
        REQUIREMENTS, "The packages for which uv ignores the version that the lockfile has."
    ),
    "reinstall": of_settings(FLAG, "Whether uv installs packages again that are installed."),
    "reinstall-package": of_settings(
        PACKAGES, "The packages that uv installs again though they are installed."
    ),
    "no-build": of_settings(FLAG, "Whether uv refuses to build source distributions."),
}
"""The settings that `[tool.uv.pip]` has, too."""

_TORCH_BACKEND = of_settings(
    TORCH_BACKEND, "The backend of PyTorch that `uv pip` installs packages for."
)

_PIP: dict[str, Key] = {
    **_SHARED,
    "torch-backend": _TORCH_BACKEND,
    "python": of_settings(TEXT, "The Python interpreter to install into."),
    "system": of_settings(FLAG, "Whether uv installs into the Python of the system."),
    "break-system-packages": of_settings(
        FLAG, "Whether uv changes a Python that is marked as externally managed."
    ),
    "target": of_settings(PATH, "The directory to install into."),
    "prefix": of_settings(PATH, "The prefix to install below."),
    "no-binary": of_settings(
        SELECTED_PACKAGES, "The packages that uv builds from source; `:all:` is every one."
    ),
    "only-binary": of_settings(
        SELECTED_PACKAGES, "The packages that uv never builds; `:all:` is every one."
    ),
    "strict": of_settings(FLAG, "Whether uv checks the environment after an installation."),
    "extra": of_settings(ListOf(Text(Holds.EXTRA)), "The extras to install."),
    "all-extras": of_settings(FLAG, "Whether all extras are installed."),
    "no-extra": of_settings(ListOf(Text(Holds.EXTRA)), "The extras that `all-extras` leaves out."),
    "no-deps": of_settings(FLAG, "Whether uv leaves out the dependencies of packages."),
    "group": of_settings(ListOf(Text(Holds.GROUP_OF_FILE)), "The dependency groups to install."),
    "allow-empty-requirements": of_settings(
        FLAG, "Whether `uv pip sync` may empty the environment."
    ),
    "output-file": of_settings(PATH, "The file that `uv pip compile` writes."),
    "no-strip-extras": of_settings(FLAG, "Whether the output keeps the extras."),
    "no-strip-markers": of_settings(FLAG, "Whether the output keeps the markers."),
    "no-annotate": of_settings(FLAG, "Whether the output leaves out who requires each package."),
    "no-header": of_settings(FLAG, "Whether the output leaves out the comment at its top."),
    "custom-compile-command": of_settings(TEXT, "The command line that the header shows."),
    "generate-hashes": of_settings(FLAG, "Whether the output has hashes."),
    "python-version": of_settings(Text(Holds.PYTHON_VERSION), "The Python version to resolve for."),
    "python-platform": of_settings(PLATFORM, "The platform to resolve for."),
    "universal": of_settings(FLAG, "Whether `uv pip compile` resolves for every platform."),
    "no-emit-package": of_settings(PACKAGES, "The packages that the output leaves out."),
    "emit-index-url": of_settings(FLAG, "Whether the output has the URLs of the indexes."),
    "emit-find-links": of_settings(FLAG, "Whether the output has `--find-links`."),
    "emit-build-options": of_settings(
        FLAG, "Whether the output has `--no-binary` and `--only-binary`."
    ),
    "emit-marker-expression": of_settings(
        FLAG, "Whether the output has the marker of the environments that it is for."
    ),
    "emit-index-annotation": of_settings(
        FLAG, "Whether the output says which index each package comes from."
    ),
    "annotation-style": of_settings(
        words("line", "split"), "Where the output says who requires each package."
    )._replace(default="split"),
    "require-hashes": of_settings(FLAG, "Whether uv refuses requirements without a hash."),
    "verify-hashes": of_settings(FLAG, "Whether uv compares the hashes that are there."),
}

_PREVIEW_FEATURE = Text(
    Holds.PREVIEW_FEATURE,
    suggested=(
        *("add-bounds", "adjust-ulimit", "artifact-hash-filtering", "audit-command"),
        *("auth-helper", "azure-endpoint", "batch-export", "build-dependency-check"),
        *("build-dependency-hashes", "build-lazy-imports", "cache-physical-space", "cache-size"),
        *("centralized-project-envs", "check-command", "content-addressed-cache"),
        *("detect-module-conflicts", "extra-build-dependencies", "format-command"),
        *(
            "frozen-lockfile",
            "gcs-endpoint",
            "http2-keep-alive",
            "index-by-name",
            "index-exclude-newer",
        ),
        *("index-hash-algorithm", "init-project-flag", "json-output", "lock-without-metadata"),
        *("lockfile-format-check", "lockfile-normalization", "malware-check", "metadata-json"),
        *("minimum-libc-version", "missing-exclude-newer-package-lock", "native-auth"),
        *(PACKAGE_CONFLICTS, "packaged-init", "project-directory-must-exist"),
        *("publish-require-normalized", "pylock", "python-install-default"),
        *("relocatable-envs-default", "resolution-inputs", "s3-endpoint", "sbom-export"),
        *("special-conda-env-names", "target-workspace-discovery", "tool-install-locks"),
        *("toml-backwards-compatibility", "venv-redirect-files", "venv-safe-clear"),
        *("wheel-variants", "workspace-dir", "workspace-list", "workspace-list-scripts"),
        "workspace-metadata",
    ),
    aliases=("audit", "check", "format"),
)

_SETTINGS: dict[str, Key] = {
    "torch-backend": _TORCH_BACKEND._replace(since=(0, 9, 18)),
    REQUIRED_VERSION: of_settings(
        Text(Holds.UV_SPECIFIERS), "The versions of uv that may be used, such as `>=0.9`."
    )._replace(kept=True),
    "system-certs": of_settings(FLAG, "Whether uv trusts the certificates of the system.")._replace(
        since=(0, 11, 0)
    ),
    "native-tls": of_settings(FLAG, "The older name of `system-certs`.")._replace(
        deprecated="system-certs"
    ),
    "offline": of_settings(FLAG, "Whether uv works without the network."),
    NO_CACHE: of_settings(FLAG, "Whether uv works without its cache."),
    "cache-dir": of_settings(PATH, "The directory of the cache."),
    PREVIEW: of_settings(FLAG, "Whether all preview features of uv are on."),
    PREVIEW_FEATURES: of_settings(
        Choice((FLAG, ListOf(_PREVIEW_FEATURE)), "`true`, `false` or a list of names"),
        "The preview features of uv that are on.",
    )._replace(empty="[]", since=(0, 11, 22)),
    "python-preference": of_settings(
        words("only-managed", "managed", "system", "only-system"),
        "Whether uv prefers the Pythons that it installed or those of the system.",
    )._replace(default="managed"),
    "python-downloads": of_settings(
        words("automatic", "auto", "manual", "never"), "When uv downloads a Python."
    )._replace(default="automatic"),
    "concurrent-downloads": of_settings(COUNT, "How many downloads run at once."),
    "concurrent-builds": of_settings(COUNT, "How many builds run at once."),
    "concurrent-installs": of_settings(COUNT, "How many threads install packages."),
    "http-proxy": of_settings(PROXY, "The proxy for `http` URLs.")._replace(since=(0, 9, 23)),
    "https-proxy": of_settings(PROXY, "The proxy for `https` URLs.")._replace(since=(0, 9, 23)),
    "no-proxy": of_settings(TEXTS, "The hosts for which uv uses no proxy.")._replace(
        since=(0, 9, 23)
    ),
    "allow-insecure-host": of_settings(
        HOSTS, "The hosts whose certificate uv does not check: `name`, `name:port` or a URL."
    ),
    PRERELEASE_PACKAGE: of_settings(
        by_package(PRERELEASES), "When uv takes pre-releases of one package into account."
    )._replace(since=(0, 12, 1)),
    "no-build-package": of_settings(
        PACKAGES, "The packages whose source distributions uv refuses to build."
    ),
    "no-binary": of_settings(FLAG, "Whether uv builds every package from source."),
    "no-binary-package": of_settings(PACKAGES, "The packages that uv builds from source."),
    "python-install-mirror": of_settings(
        TEXT, "The URL to download Pythons from, in place of the usual one."
    ),
    "pypy-install-mirror": of_settings(TEXT, "The URL to download PyPy from."),
    "graalpy-install-mirror": of_settings(TEXT, "The URL to download GraalPy from.")._replace(
        since=(0, 12, 24)
    ),
    "pyodide-install-mirror": of_settings(TEXT, "The URL to download Pyodide from.")._replace(
        since=(0, 12, 24)
    ),
    "python-downloads-json-url": of_settings(
        TEXT, "The URL or the path of the list of Pythons that uv can download."
    ),
    "publish-url": of_settings(URL, "The URL that `uv publish` uploads to."),
    "trusted-publishing": of_settings(
        words("automatic", "always", "never"),
        "Whether `uv publish` asks for credentials by trusted publishing.",
    )._replace(default="automatic"),
    "check-url": of_settings(
        LOCATION, "The index in which `uv publish` looks for files that are already there."
    ),
    "add-bounds": of_settings(
        words("lower", "major", "minor", "exact"),
        "The kind of version specifier that `uv add` writes.",
    )._replace(default="lower"),
    "audit": of_settings(
        Keys(
            {
                "malware-check": Key(
                    FLAG,
                    "Whether uv looks for malware among packages.",
                    experimental="malware-check",
                ),
                "malware-check-url": Key(URL, "The URL of the list of malware."),
                "ignore": Key(TEXTS, "The advisories that `uv audit` does not report."),
                "ignore-until-fixed": Key(
                    TEXTS, "The advisories that `uv audit` does not report until there is a fix."
                ),
            },
            by_position=True,
        ),
        "The settings of `uv audit`.",
    )._replace(masked_silently=True, since=(0, 11, 3)),
    PIP: of_settings(Keys(_PIP, closed=True), "The settings of the commands `uv pip …`."),
    CACHE_KEYS: of_settings(
        ListOf(
            Choice(
                (
                    PATH,
                    Keys(
                        {
                            "file": Key(PATH, "A file or a pattern for files."),
                            "dir": Key(PATH, "A directory whose creation counts."),
                            "git": Key(
                                Choice((FLAG, GIT_CACHE_KEY), "a boolean or a table"),
                                "Whether the commit counts; a table chooses `commit` and `tags`.",
                                empty="true",
                            ),
                            "env": Key(TEXT, "An environment variable whose value counts."),
                        },
                        closed=True,
                        single=True,
                    ),
                ),
                "a path or a table with `file`, `dir`, `git` or `env`",
            )
        ),
        "What makes uv build the project again when it changes.",
    )
    ._replace(kept=True)
    ._replace(readers=frozenset({*Reader})),
}
"""The settings that `[tool.uv.pip]` does not have, or has in another shape."""


# --------------------------------------------------------------- keys of projects and workspaces


def _scoped(item: Text) -> ListOf:
    """Return the shape of overrides and exclusions: an item, or a table for one package alone."""
    noun = "a name" if item.holds is Holds.PACKAGE else "a requirement"
    return ListOf(
        Choice(
            (
                item,
                Keys(
                    {
                        PACKAGE: Key(TARGET, "The package whose dependencies change."),
                        "dependencies": Key(ListOf(item), "What changes for that package alone."),
                    },
                    closed=True,
                    required=(PACKAGE, "dependencies"),
                    since=(0, 11, 25),
                ),
            ),
            f"{noun} or a table with `package` and `dependencies`",
        )
    )


MEMBERS = Key(
    ListOf(Text(Holds.PATTERN)),
    "The directories of the members, relative to this one. `*` stands for any name, "
    "`**` for any directories.",
    readers=_ROOT,
)
"""`members` of `[tool.uv.workspace]`."""

WORKSPACE_TABLE = Keys(
    {
        "members": MEMBERS,
        "exclude": Key(
            ListOf(Text(Holds.PATTERN)),
            "Directories that are no members though `members` matches them.",
            readers=_ROOT,
        ),
    },
    by_position=True,
    closed=True,
    elsewhere=frozenset({"default-packages", "default-members"}),
)

_WORKSPACE = {
    WORKSPACE: of_root(
        WORKSPACE_TABLE,
        "Makes this file the root of a workspace. Its members share one `uv.lock` and one environment.",
    )._replace(empty="{ members = [] }"),
    CONSTRAINTS: of_root(
        REQUIREMENTS, "The versions that are allowed of packages which something requires."
    )._replace(locked="constraints", readers=_SETTINGS_FILES),
    OVERRIDES: of_root(
        _scoped(REQUIREMENT), "Requirements that replace all others of the same package."
    )._replace(locked="overrides", readers=_SETTINGS_FILES),
    EXCLUSIONS: of_root(
        _scoped(Text(Holds.PACKAGE)), "Packages that are left out, whatever requires them."
    )._replace(readers=_SETTINGS_FILES),
    BUILD_CONSTRAINTS: of_root(
        ListOf(
            Choice(
                (
                    REQUIREMENT,
                    Keys(
                        {
                            "requirement": Key(REQUIREMENT, "The version that is allowed."),
                            "hashes": Key(TEXTS, "The hashes that its files may have."),
                        },
                        required=("requirement", "hashes"),
                        since=(0, 12, 16),
                    ),
                ),
                "a requirement or a table with `requirement` and `hashes`",
            )
        ),
        "The versions that are allowed of packages which builds require.",
    )._replace(locked="build-constraints", readers=_SETTINGS_FILES),
    ENVIRONMENTS: of_root(
        MARKERS, "The environments that the lockfile is made for, as disjoint markers."
    ),
    REQUIRED_ENVIRONMENTS: of_root(
        MARKERS,
        "The environments that every package must have a wheel for, as markers.",
    ),
    MINIMUM_LIBC: of_root(
        Choice(
            (
                Keys(
                    {
                        "glibc": Key(Text(Holds.LIBC_VERSION), "The oldest glibc to resolve for."),
                        "musl": Key(Text(Holds.LIBC_VERSION), "The oldest musl to resolve for."),
                    },
                    closed=True,
                ),
                ListOf(Text(Holds.LIBC_VERSION)),
            ),
            "a table",
        ),
        "The oldest libc of Linux that the lockfile is made for.",
    )._replace(since=(0, 12, 17), experimental=MINIMUM_LIBC),
}
"""The keys that the root alone decides. A `uv.toml` may hold the lists of requirements."""

_BUILD_PATTERNS = ListOf(Text(Holds.BUILD_PATTERN))
_MODULE = Text(Holds.MODULE)
BUILD_BACKEND_TABLE = Keys(
    {
        "module-root": Key(
            Text(Holds.DIRECTORY_INSIDE),
            "The directory that the modules are in: `src` where the key is missing.",
        ),
        "module-name": Key(
            Choice((_MODULE, ListOf(_MODULE)), "a name or a list of names"),
            "The modules that the package installs: one named as the project where the key is missing.",
        ),
        "namespace": Key(FLAG, "Whether the module is a namespace, without an `__init__.py`."),
        "source-include": Key(
            _BUILD_PATTERNS, "The files that a source distribution has in addition."
        ),
        "source-exclude": Key(
            _BUILD_PATTERNS, "The files that neither a source distribution nor a wheel has."
        ),
        "wheel-exclude": Key(_BUILD_PATTERNS, "The files that a wheel does not have."),
        "default-excludes": Key(
            FLAG, "Whether `__pycache__` and compiled Python files are left out."
        ),
        "data": Key(
            Choice(
                (
                    Keys(
                        {
                            "purelib": Key(PATH, "A directory to install beside the modules."),
                            "platlib": Key(
                                PATH, "A directory to install beside the modules of the platform."
                            ),
                            "headers": Key(PATH, "A directory of C headers."),
                            "scripts": Key(PATH, "A directory of commands."),
                            "data": Key(
                                PATH, "A directory to install at the top of the environment."
                            ),
                        },
                        closed=True,
                    ),
                    ListOf(PATH),
                ),
                "a table",
            ),
            "Directories that are installed elsewhere than the modules.",
        ),
    }
)

_ALL_GROUPS = '`"all"` or a list of groups'

_PROJECT = {
    SOURCES: of_project(
        MapOf(
            Text(Holds.PACKAGE, Role.SOURCE),
            Choice((SOURCE_TABLE, ListOf(SOURCE_TABLE)), "a table or a list of tables"),
            "package",
        ),
        "Where required packages come from. Members inherit the sources of the root; a member's own "
        "source replaces the root's of the same name.",
    ),
    MANAGED: of_project(
        FLAG, "Whether uv manages this project. `false` hides the project from workspaces."
    ),
    PACKAGE: of_project(
        FLAG, "Whether the project is built and installed, or only what it requires."
    ),
    DEFAULT_GROUPS: of_project(
        Choice(
            (
                ListOf(Text(Holds.GROUP, Role.DEFAULT_GROUP)),
                Text(Holds.WHOLE_VALUE, words=("all",), noun=_ALL_GROUPS),
            ),
            _ALL_GROUPS,
        ),
        'The dependency groups that are synced by default: a list of names or `"all"`. Without this '
        "key it is `dev`.",
    ),
    GROUP_SETTINGS: of_project(
        MapOf(
            Text(Holds.GROUP),
            Keys(
                {
                    "requires-python": Key(
                        Text(Holds.PYTHON_SPECIFIERS), "The Python versions that the group is for."
                    )
                },
                by_position=True,
            ),
            "dependency group",
        ),
        "Settings of dependency groups, such as a `requires-python` of their own.",
    ),
    DEV_DEPENDENCIES: of_project(
        ListOf(Text(Holds.REQUIREMENT, Role.REQUIREMENT)),
        "Deprecated: requirements of the group `dev`. Use `[dependency-groups]`.",
    ),
    CONFLICTS: of_project(
        ListOf(
            ListOf(
                Keys(
                    {
                        PACKAGE: Key(
                            Text(Holds.MEMBER, Role.CONFLICT),
                            "The member that the extra or the group belongs to.",
                        ),
                        "extra": Key(
                            Text(Holds.EXTRA, Role.CONFLICT, owner=PACKAGE),
                            "An extra that conflicts with the others of the set.",
                        ),
                        "group": Key(
                            Text(Holds.GROUP, Role.CONFLICT, owner=PACKAGE),
                            "A dependency group that conflicts with the others of the set.",
                        ),
                    },
                    by_position=True,
                    closed=True,
                    one_of=(PACKAGE, "extra", "group"),
                )
            )
        ),
        "Sets of extras, groups or packages that are never installed together, so that their "
        "requirements may contradict each other.",
    ),
    BUILD_BACKEND: Key(
        BUILD_BACKEND_TABLE,
        "The settings of uv's own build backend, `uv_build`.",
        (Layer.BUILD,),
        kept=True,
    ),
}
"""The keys that uv reads from every project."""

_INDEX = {
    INDEX: Key(
        INDEXES,
        "The package indexes, usually written as `[[tool.uv.index]]`.",
        (Layer.PROJECT, Layer.SETTINGS),
        frozenset({*Reader}),
    )
}
"""Sources find the indexes of their own file, the search those of the root or of its `uv.toml`."""

TOOL_UV = Keys({**_PROJECT, **_WORKSPACE, **_INDEX, **_SHARED, **_SETTINGS})
"""`[tool.uv]`. The project layer ignores an unknown key; the settings layer drops all settings because of it."""

UV_TOML = Keys(
    {
        text: key._replace(layers=(Layer.SETTINGS,))
        for text, key in TOOL_UV.keys.items()
        if Reader.UV_TOML in key.readers
    },
    closed=True,
)
"""A `uv.toml`: the settings, and the lists of requirements of the workspace."""
