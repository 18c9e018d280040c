"""Write a synthetic uv workspace to disk, the same one for every server that is measured.

    python benchmarks/synthetic_workspace.py DIRECTORY --members 100 --root full [--valid]

The root is virtual (it has no `[project]`) and takes its members from `packages/*`. Each member
depends on up to two others through `{ workspace = true }`. Nothing is random: the same arguments
make the same bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Literal, get_args

from language_client.positions import position

RootSize = Literal["small", "full"]
"""How much the root file lists.

`small`: ten sources and five default packages, however many members there are, so the file's
length does not grow with the workspace. `full`: every member, in both places.
"""

UNKNOWN_MEMBER = "no-such-member"
"""A name that no member has; an invalid root lists it as a default package and as a source."""

MISSING_DIRECTORY = "missing/dir"
"""A member path that does not exist; an invalid root lists it in `members`."""

_WORDS = ("api", "core", "data", "web", "cli", "util", "auth", "jobs")
_SMALL_SOURCES = 10
_SMALL_DEFAULT_PACKAGES = 5


def member_name(index: int) -> str:
    """Return the normalised name of member number `index`, such as `acme-core-0001`."""
    return f"acme-{_WORDS[index % len(_WORDS)]}-{index:04d}"


def member_text(index: int, members: int) -> str:
    """Return the `pyproject.toml` of member number `index` in a workspace of `members`."""
    dependencies = sorted({(index * 7 + 1) % members, (index * 3 + 2) % members} - {index})
    requirements = "".join(f'    "{member_name(other)}",\n' for other in dependencies)
    sources = "".join(f"{member_name(other)} = {{ workspace = true }}\n" for other in dependencies)
    return f"""[project]
name = "{member_name(index)}"
version = "0.1.{index}"
description = "Member number {index} of a synthetic workspace"
readme = "README.md"
requires-python = ">=3.9"
dependencies = [
    "requests>=2.31,<3",
{requirements}]

[project.optional-dependencies]
fast = ["orjson>=3.9"]

[dependency-groups]
dev = ["pytest>=8", "ruff>=0.4"]

[tool.uv.sources]
{sources}
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
"""


def root_text(
    members: int,
    root: RootSize = "small",
    *,
    default_packages: bool = True,
    valid: bool = False,
) -> str:
    """Return the root's `pyproject.toml`.

    Unless it is to be `valid`, it lists `UNKNOWN_MEMBER` and `MISSING_DIRECTORY`, and excludes a
    directory that does not exist. `default_packages=False` leaves that key out.
    """
    sources = range(members if root == "full" else min(members, _SMALL_SOURCES))
    defaults = sources if root == "full" else sources[:_SMALL_DEFAULT_PACKAGES]
    lines = ["# synthetic uv workspace root", "[tool.uv]", "package = false"]
    if default_packages:
        lines.append("default-packages = [")
        lines += [f'    "{member_name(index)}",' for index in defaults]
        if not valid:
            lines.append(f'    "{UNKNOWN_MEMBER}",')
        lines.append("]")
    lines += ["", "[tool.uv.workspace]", "members = [", '    "packages/*",']
    if not valid:
        lines.append(f'    "{MISSING_DIRECTORY}",')
    lines.append("]")
    if not valid:
        lines.append('exclude = ["packages/excluded"]')
    lines += ["", "[tool.uv.sources]"]
    lines += [f"{member_name(index)} = {{ workspace = true }}" for index in sources]
    if not valid:
        lines.append(f"{UNKNOWN_MEMBER} = {{ workspace = true }}")
    lines += ["", "[dependency-groups]", 'dev = ["pytest>=8"]', ""]
    return "\n".join(lines)


def make_workspace(
    directory: Path,
    members: int,
    root: RootSize = "small",
    *,
    default_packages: bool = True,
    valid: bool = False,
) -> Path:
    """Write the workspace into `directory`, which must be empty or not exist, and return it."""
    if directory.is_dir() and any(directory.iterdir()):
        raise FileExistsError(f"{directory} is not empty")
    (directory / "packages").mkdir(parents=True)
    text = root_text(members, root, default_packages=default_packages, valid=valid)
    _write(directory / "pyproject.toml", text)
    for index in range(members):
        member = directory / "packages" / member_name(index)
        package = member / "src" / member_name(index).replace("-", "_")
        package.mkdir(parents=True)
        _write(package / "__init__.py", "")
        _write(member / "README.md", f"# {member_name(index)}\n")
        _write(member / "pyproject.toml", member_text(index, members))
    return directory


def make_lattice(directory: Path, count: int) -> Path:
    """Write projects of which each takes all those before it from paths; return the last one's directory."""
    for index in range(count):
        others = [member_name(other) for other in range(index)]
        project = directory / member_name(index)
        project.mkdir(parents=True)
        lines = ["[project]", f'name = "{member_name(index)}"', 'version = "0.1.0"']
        lines += ['requires-python = ">=3.9"', "dependencies = ["]
        lines += [f'    "{other}",' for other in others]
        lines += ["]", "", "[tool.uv.sources]"]
        lines += [f'{other} = {{ path = "../{other}" }}' for other in others]
        _write(project / "pyproject.toml", "\n".join([*lines, ""]))
    return directory / member_name(count - 1)


def _write(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8", newline="\n")


def main() -> None:
    """Make one workspace from the command line and print where it is."""
    parser = argparse.ArgumentParser(description="Write a synthetic uv workspace.")
    parser.add_argument("directory", type=Path, help="empty, or to be made")
    parser.add_argument("--members", type=int, default=10)
    parser.add_argument("--root", choices=get_args(RootSize), default="small")
    parser.add_argument("--no-default-packages", action="store_true")
    parser.add_argument("--valid", action="store_true", help="leave out the invalid entries")
    options = parser.parse_args()
    print(
        make_workspace(
            options.directory,
            options.members,
            options.root,
            default_packages=not options.no_default_packages,
            valid=options.valid,
        )
    )


if __name__ == "__main__":
    main()


def position_at(text: str, needle: str, offset: int = 0) -> dict[str, int]:
    """Return the LSP position `offset` characters after the first `needle` begins in `text`.

    The text must be ASCII, for which all position encodings agree. Raises `ValueError` when the
    needle is not there.
    """
    return position(text, text.index(needle) + offset, "utf-16")


def end_of(text: str) -> dict[str, int]:
    """Return the LSP position behind the last character of an ASCII text."""
    return position(text, len(text), "utf-16")
