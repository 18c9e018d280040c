"""Run the bundled `ws-lsp`: `python -I bundled/ws_lsp_main.py server`.

`-I` keeps the workspace, `PYTHONPATH` and the user's packages out of the server; so the directory of
the bundled packages is put on the path here, and no environment variable reaches uv's builds.
"""

import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "libs"))

from ws_lsp.cli import main

sys.exit(main())
