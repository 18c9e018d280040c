"""TOML with positions: a reader that survives typing, a lookup by place, and smallest edits."""
