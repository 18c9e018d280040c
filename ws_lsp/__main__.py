"""`python -m ws_lsp`."""

from ws_lsp.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
