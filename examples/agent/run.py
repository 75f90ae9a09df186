"""Start the stand-in for the models, run the agent under ``traceway run`` against it, and end both.

python run.py [FOLDER FOR THE REPLIES; replies, beside this file]
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import threading
from pathlib import Path

import model

HERE = Path(__file__).resolve().parent
CLIENTS = ("ollama", "openai")


def main() -> int:
    if missing := [name for name in CLIENTS if importlib.util.find_spec(name) is None]:
        print(f"the agent needs {' and '.join(missing)}, which {sys.executable} lacks: make agent", file=sys.stderr)
        return 1
    server = model.serve()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}"
    environ = {**os.environ, "OPENAI_BASE_URL": f"{url}/v1", "OPENAI_API_KEY": "not-needed", "OLLAMA_HOST": url}
    traceway = Path(sys.executable).parent / "traceway"
    command = [str(traceway), "run", "--", sys.executable, str(HERE / "agent.py"), *sys.argv[1:]]
    try:
        return subprocess.run(command, env=environ, check=False).returncode
    finally:
        server.shutdown()


if __name__ == "__main__":
    sys.exit(main())
