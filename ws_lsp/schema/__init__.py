"""Every key of `pyproject.toml` and `uv.toml` that uv or ws-lsp reads, stated once, and the walks over that."""
