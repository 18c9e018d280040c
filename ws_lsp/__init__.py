"""Language server and command line for uv workspaces."""

__version__ = "0.1.0"
