"""JupyterLab as `make lab` starts it, on a copy of the notebooks, with settings of its own."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Every cell is on the page, not only those in view; and no question about news in front of it.
SETTINGS = {
    "@jupyterlab/notebook-extension/tracker": {"windowingMode": "none"},
    "@jupyterlab/apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
}


class Lab:
    """A running JupyterLab; `close` ends it and its kernels."""

    def __init__(self, home):
        self.home, self.token = Path(home), secrets.token_hex(8)
        self.notebooks = self.home / "notebooks"
        shutil.copytree(ROOT / "notebooks", self.notebooks, ignore=shutil.ignore_patterns(".*", "runs"))
        for path in self.notebooks.glob("*.ipynb"):
            _forget_outputs(path)
        for name, content in SETTINGS.items():
            path = self.home / "settings" / f"{name}.jupyterlab-settings"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content), encoding="utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.url = f"http://127.0.0.1:{probe.getsockname()[1]}"
        self._start()

    def _start(self):
        command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--port", self.url.rpartition(":")[2]]
        command += [f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.notebooks}"]
        if os.name == "posix" and os.geteuid() == 0:
            command.append("--allow-root")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "JPY_"))}
        # The kernels are found by the name python3, which is this environment's where its bin comes first.
        kept["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}"
        own = {
            "LAB_SETTINGS": "settings",
            "LAB_WORKSPACES": "workspaces",
            "_CONFIG": "config",
            "_RUNTIME": "runtime",
            "_DATA": "data",
        }
        folders = {f"JUPYTER{name}_DIR": str(self.home / folder) for name, folder in own.items()}
        self._log = open(self.home / "jupyterlab.log", "w", encoding="utf-8")  # noqa: SIM115
        self._process = subprocess.Popen(
            command,
            cwd=self.home,
            env={**kept, **folders, "WGANLIB_BUDGET": "smoke"},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )
        end = time.monotonic() + 120
        while True:
            try:
                self.ask("status")
                return
            except OSError as problem:
                if time.monotonic() > end or self._process.poll() is not None:
                    self.close()
                    log = (self.home / "jupyterlab.log").read_text(encoding="utf-8")
                    raise RuntimeError(f"JupyterLab did not start:\n{log[-3000:]}") from problem
                time.sleep(0.5)

    def ask(self, what, method="GET"):
        """The server's answer to a request of its REST API."""
        request = urllib.request.Request(
            f"{self.url}/api/{what}", headers={"Authorization": f"token {self.token}"}, method=method
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            content = answer.read()
        return json.loads(content) if content else None

    def address(self, name):
        """Where the browser finds a notebook, alone on its page."""
        return f"{self.url}/lab/tree/{name}?token={self.token}&reset"

    def end_kernels(self):
        for session in self.ask("sessions"):
            self.ask(f"sessions/{session['id']}", "DELETE")

    def close(self):
        self._process.terminate()  # the server ends its kernels
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
        self._log.close()


def _forget_outputs(path):
    """So that whatever is seen on the page comes from this run; hidden code is shown, since it has no number."""
    book = json.loads(path.read_text(encoding="utf-8"))
    for cell in book["cells"]:
        if cell["cell_type"] == "code":
            cell.update(execution_count=None, outputs=[])
            cell["metadata"].pop("jupyter", None)
    path.write_text(json.dumps(book), encoding="utf-8")
