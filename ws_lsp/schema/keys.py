"""The keys that other modules name. The tables say all else of them; who only looks for a key needs none."""

from __future__ import annotations

__all__ = [
    "BUILD_BACKEND",
    "BUILD_CONSTRAINTS",
    "CACHE_KEYS",
    "CENTRAL_ENVIRONMENTS",
    "CONFLICTS",
    "CONSTRAINTS",
    "DEFAULT_GROUPS",
    "DEFAULT_PACKAGES",
    "DEPENDENCY_GROUPS",
    "DEPENDENCY_METADATA",
    "DEV_DEPENDENCIES",
    "ENVIRONMENTS",
    "EXCLUDE_NEWER",
    "EXCLUDE_NEWER_PACKAGE",
    "EXCLUSIONS",
    "EXTRA_BUILD",
    "EXTRA_INDEX_URL",
    "FIND_LINKS",
    "GROUP_SETTINGS",
    "INDEX",
    "INDEX_SETTINGS",
    "INDEX_URL",
    "LEADING",
    "MANAGED",
    "MINIMUM_LIBC",
    "NO_CACHE",
    "NO_INDEX",
    "NO_ISOLATION",
    "NO_ISOLATION_PACKAGE",
    "NO_SOURCES",
    "NO_SOURCES_PACKAGE",
    "OVERRIDES",
    "PACKAGE",
    "PACKAGE_CONFLICTS",
    "PIP",
    "PRERELEASE_PACKAGE",
    "PREVIEW",
    "PREVIEW_FEATURES",
    "REQUIRED_ENVIRONMENTS",
    "REQUIRED_VERSION",
    "RESOLUTION",
    "SOURCES",
    "SOURCE_KINDS",
    "USUAL_SOURCE",
    "WORKSPACE",
]

DEPENDENCY_GROUPS = "dependency-groups"
DEFAULT_PACKAGES = "default-packages"
"""The key that lists the members to sync by default."""

# ------------------------------------------------------------------------- of `[tool.uv]`

BUILD_BACKEND = "build-backend"
CACHE_KEYS = "cache-keys"
BUILD_CONSTRAINTS = "build-constraint-dependencies"
CONFLICTS = "conflicts"
CONSTRAINTS = "constraint-dependencies"
DEFAULT_GROUPS = "default-groups"
DEPENDENCY_METADATA = "dependency-metadata"
DEV_DEPENDENCIES = "dev-dependencies"
ENVIRONMENTS = "environments"
EXCLUDE_NEWER = "exclude-newer"
EXCLUDE_NEWER_PACKAGE = "exclude-newer-package"
EXTRA_INDEX_URL = "extra-index-url"
FIND_LINKS = "find-links"
INDEX_URL = "index-url"
EXCLUSIONS = "exclude-dependencies"
GROUP_SETTINGS = "dependency-groups"
INDEX = "index"
MANAGED = "managed"
EXTRA_BUILD = "extra-build-dependencies"
MINIMUM_LIBC = "minimum-libc-version"
NO_CACHE = "no-cache"
NO_INDEX = "no-index"
NO_ISOLATION = "no-build-isolation"
NO_ISOLATION_PACKAGE = "no-build-isolation-package"
NO_SOURCES = "no-sources"
NO_SOURCES_PACKAGE = "no-sources-package"
OVERRIDES = "override-dependencies"
PACKAGE = "package"
PIP = "pip"
PRERELEASE_PACKAGE = "prerelease-package"
PREVIEW = "preview"
PREVIEW_FEATURES = "preview-features"
REQUIRED_ENVIRONMENTS = "required-environments"
REQUIRED_VERSION = "required-version"
RESOLUTION = "resolution"
SOURCES = "sources"
WORKSPACE = "workspace"

PACKAGE_CONFLICTS = "package-conflicts"
"""The preview feature for `conflicts` between packages."""
CENTRAL_ENVIRONMENTS = "centralized-project-envs"
"""The preview feature that keeps the environments of projects in the cache."""
INDEX_SETTINGS = (INDEX, INDEX_URL, EXTRA_INDEX_URL)
"""The settings that name indexes."""
SOURCE_KINDS = ("git", "url", "path", INDEX, WORKSPACE)
"""The keys of a source that say where the package comes from; a source needs one of them."""
LEADING = ("path", WORKSPACE)
"""Those of them that lead to a project on disk."""
USUAL_SOURCE = (WORKSPACE, "true")
"""The key and the bare value of nearly every source."""
