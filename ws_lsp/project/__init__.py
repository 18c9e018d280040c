"""uv's view of a workspace: names, manifests, member patterns, discovery."""
