"""The real uv: what to run (pure), where it is, and running it."""
