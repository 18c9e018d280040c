"""A local package index with every name that a random workspace may require."""

from __future__ import annotations

from pathlib import Path

from e2e.disk import write_wheel

from differential.parts import NAMES, THIRD

__all__ = ["BUILDER", "make_index"]

VERSIONS = ("1.0", "2.0")
BUILDER = "builder"
"""A build backend that makes a wheel of every project that uv can read."""
BACKEND = """
import pathlib, tomllib, zipfile

def build_wheel(directory, *_):
    project = tomllib.loads(pathlib.Path("pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"].replace("-", "_").replace(".", "_"), project["version"]
    version = version.strip().removeprefix("v").replace("-", ".post")
    info = f"{name}-{version}.dist-info"
    files = {
        f"{info}/METADATA": f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
        f"{info}/RECORD": "",
    }
    wheel = f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(directory) / wheel, "w") as file:
        for path, text in files.items():
            file.writestr(path, text)
    return wheel

build_editable = build_wheel

def prepare_metadata_for_build_wheel(*_):
    raise ValueError("uv asks for what it cannot read itself, and other backends refuse that")

prepare_metadata_for_build_editable = prepare_metadata_for_build_wheel
"""


def make_index(directory: Path) -> None:
    """Write an index of the simple kind below `simple/`; nothing fails for want of a package."""
    for name in (*NAMES, *THIRD, BUILDER):
        place = directory / "simple" / name
        module = BACKEND if name == BUILDER else ""
        for version in VERSIONS:
            write_wheel(place, name.replace("-", "_"), version, module=module)
        links = (f'<a href="{wheel.name}">{wheel.name}</a>\n' for wheel in place.glob("*.whl"))
        (place / "index.html").write_text("".join(links), encoding="utf-8")
        # then uv skips it where a pattern of members leads to it
        (place / ".ignore").write_text("*\n", encoding="utf-8")
