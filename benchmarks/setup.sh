#!/bin/sh
# Installs the servers that the benchmarks compare ws-lsp with into $PEERLAB
# (default: ~/.cache/ws-lsp-peers). Running it again upgrades what the package index has newer.
set -eu

lab=${PEERLAB:-$HOME/.cache/ws-lsp-peers}
python=${PYTHON:-python3}

mkdir -p "$lab"
[ -x "$lab/venv/bin/python" ] || "$python" -m venv "$lab/venv"

# tombi is a rival; psutil measures the memory of every server; pygls runs the floor server when
# the benchmarks are started with `--python` of this environment.
"$lab/venv/bin/python" -m pip install --quiet --upgrade tombi psutil pygls

# terror/pyproject is one native program in a wheel that asks for a newer Python than we do:
# fetched for that Python and unpacked, it runs without any.
fresh=$(mktemp -d "$lab/tp.XXXXXX")
trap 'rm -rf "$fresh"' EXIT
"$lab/venv/bin/python" -m pip download --quiet pyproject --pre --no-deps \
    --python-version 3.12 --only-binary=:all: --dest "$fresh"
for wheel in "$fresh"/pyproject-*.whl; do
    "$lab/venv/bin/python" -m zipfile -e "$wheel" "$fresh"
done
chmod +x "$fresh"/pyproject-*.data/scripts/*
chmod 755 "$fresh"
rm -rf "$lab/tp"
mv "$fresh" "$lab/tp"

echo "the peers are in $lab"
