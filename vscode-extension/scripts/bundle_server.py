"""Put the language server and all that it imports into `bundled/libs`: what the VSIX carries.

Run it with a Python that has pip. Only pure wheels are taken, at the versions that
`requirements-bundled.txt` names, with their licences (the `.dist-info` directories).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXTENSION = Path(__file__).resolve().parent.parent
LIBRARIES = EXTENSION / "bundled" / "libs"
PURE = ("--platform=any", "--implementation=py", "--abi=none", "--python-version=3.11")


def main() -> None:
    """Build our wheel, install it and the pinned wheels, and drop what no server needs."""
    pip = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")
    shutil.rmtree(LIBRARIES, ignore_errors=True)
    with tempfile.TemporaryDirectory() as wheels:
        build = (*pip, "wheel", "--no-deps", f"--wheel-dir={wheels}", str(EXTENSION.parent))
        subprocess.run(build, check=True)
        ours = next(Path(wheels).glob("ws_lsp-*.whl"))
        target = (
            "--no-deps",
            "--only-binary=:all:",
            "--no-compile",
            f"--target={LIBRARIES}",
            *PURE,
        )
        requirements = f"--requirement={EXTENSION / 'requirements-bundled.txt'}"
        subprocess.run((*pip, "install", *target, requirements, str(ours)), check=True)
    shutil.rmtree(LIBRARIES / "bin", ignore_errors=True)
    for record in LIBRARIES.glob("ws_lsp-*.dist-info/direct_url.json"):
        record.unlink()  # it names a path of the machine that built the wheel
    native = [path for path in LIBRARIES.rglob("*") if path.suffix in {".so", ".pyd", ".dylib"}]
    if native:
        raise SystemExit(f"not pure Python: {native[0]}")
    shutil.copy(EXTENSION.parent / "LICENSE", EXTENSION / "LICENSE")


if __name__ == "__main__":
    main()
