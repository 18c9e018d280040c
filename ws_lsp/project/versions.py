"""Where versions of uv differ in what they accept: one table."""

from __future__ import annotations

from enum import Enum
from typing import TypeAlias

__all__ = ["NEWEST", "Feature", "Version", "has", "newest_version"]

Version: TypeAlias = tuple[int, ...]
"""Major, minor and patch."""

NEWEST: Version = (0, 13, 9)
"""The newest uv that was looked at; it is assumed where none is known."""


def newest_version() -> Version:
    """Return `NEWEST`: what is assumed where nobody knows better."""
    return NEWEST


class Feature(Enum):
    """Something that uv does from a version on."""

    SEVERAL_PACKAGES = (0, 9, 8)
    """`uv sync` takes several `--package`."""
    ONE_DEFAULT_INDEX = (0, 10, 0)
    """A second default index in a file is refused."""
    IGNORED_DIRECTORIES = (0, 10, 1)
    """A directory that `members` names is skipped where it is empty, or all in it is ignored."""
    EMPTY_DIRECTORIES = (0, 10, 4)
    """It is skipped, too, where only directories without files are not ignored."""
    LICENSES_MUST_MATCH = (0, 9, 14)
    """`uv_build` refuses an entry of `license-files` that matches no file."""
    CLASSIFIERS_HAVE_PARTS = (0, 10, 12)
    """`uv_build` refuses a classifier without ` :: `."""
    SCRIPTS_HAVE_PLAIN_NAMES = (0, 11, 16)
    """`uv_build` refuses other characters in the name of a script, and missing directories of data."""
    IMPORT_NAMES = (0, 11, 19)
    """`uv_build` reads `import-names` and `import-namespaces`."""
    MORE_RESERVED_SCRIPTS = (0, 11, 17)
    """uv installs no script that is called as PyPy, GraalPy or a free-threaded Python is (0.11.19 at the latest)."""
    CENTRAL_ENVIRONMENTS = (0, 11, 25)
    """The preview feature `centralized-project-envs`."""
    RESERVED_IN_ANY_CASE = (0, 11, 34)
    """uv installs no script that is called as an interpreter but for small and big letters."""
    BUILDS_WITHOUT_BOUND = (0, 12, 8)
    """Builds for a sync say nothing of a `uv_build` without an upper bound; others do."""
    PACKAGE_OF_CONFLICTS = (0, 11, 4)
    """`conflicts` of a virtual root count, and an entry there must name its package."""
    EXCLUDE_WITH_SLASH = (0, 11, 5)
    """An `exclude` that ends with a slash hides the directory all the same."""
    REQUIRED_VERSION_FIRST = (0, 11, 7)
    """`required-version` counts also where the settings of its file are wrong."""
    UNMANAGED_VIRTUAL_ROOT = (0, 11, 8)
    """`managed = false` in a virtual root does not keep `uv lock` and `uv sync` from working."""
    WARNS_OF_OLD_SETTINGS = (0, 11, 9)
    """uv warns of `native-tls`."""
    INCLUDE_GROUP_ALONE = (0, 11, 22)
    """Another key beside `include-group` is refused."""
    OTHER_WORKSPACE = (0, 11, 31)
    """`workspace = "<path>"` names the root of another workspace."""
    WARNS_OF_OLD_WORDS = (0, 12, 0)
    """uv warns of `prerelease = "if-necessary-or-explicit"`."""
    LOCK_WITHOUT_METADATA = (0, 11, 33)
    """The preview feature `lock-without-metadata`."""
    PACKAGE_CONFLICTS = (0, 12, 5)
    """Syncing whole packages that `conflicts` sets against each other is refused; 0.9.8 does it."""
    CONSTRAINTS_OF_OTHERS = (0, 12, 19)
    """A new constraint or override of a package that `uv.lock` does not hold leaves that as it is."""
    RESOLUTION_INPUTS = (0, 12, 21)
    """The preview feature `resolution-inputs`."""
    DEFAULT_GROUPS_OF_MEMBERS = (0, 12, 22)
    """Locking checks the `default-groups` of every member, not only the current project's on sync."""
    CACHE_KEYS_ARE_READ = (0, 13, 5)
    """A build fails where the `cache-keys` of its project are wrong (0.13.2 does not mind them)."""


def has(version: Version, feature: Feature) -> bool:
    """Tell whether a uv of this version has a feature."""
    return version >= feature.value
