"""``traceway run``: become the program, in an environment in which every Python starts with Traceway."""

from __future__ import annotations

import errno
import os
import re
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_AUTOSTART = os.path.join(os.path.dirname(os.path.abspath(__file__)), "autostart")
_NOT_FOUND, _NOT_RUNNABLE, _MISUSED = 127, 126, 2


def run(command: list[str]) -> int:
    """Replace this process by ``command``. Returns only if that cannot be: the code of a shell, 127 or 126."""
    if command[:1] == ["--"]:
        command = command[1:]
    if not command:
        return _complain("say what to run, as in: traceway run python app.py", _MISUSED)
    if option := _isolating(command):
        _complain(f"python {option} starts without Traceway; this program is not recorded", 0)
    environ = environment(os.environ)
    try:
        if sys.platform == "win32":  # where exec comes back at once
            import subprocess

            return subprocess.run(command, env=environ, check=False).returncode
        sys.stdout.flush()
        os.execvpe(command[0], command, environ)
    except FileNotFoundError:
        return _complain(f"{command[0]}: no such command", _NOT_FOUND)
    except NotADirectoryError:
        return _complain(f"{command[0]}: no such command", _NOT_FOUND)
    except OSError as error:
        return _complain(f"{command[0]}: {_why(command[0], error)}", _NOT_RUNNABLE)


def environment(environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` as the program gets it. The user's PYTHONPATH follows the folder with our ``sitecustomize``."""
    given = environ.get("PYTHONPATH", "")
    paths = [path for path in given.split(os.pathsep) if path != _AUTOSTART] if given else []
    return {
        **environ,
        "PYTHONPATH": os.pathsep.join([_AUTOSTART, *paths]),
        "OTEL_PYTHON_DISTRO": "traceway",
        "OTEL_PYTHON_CONFIGURATOR": "traceway",
        "TRACEWAY_RUN_ID": environ.get("TRACEWAY_RUN_ID", "").strip() or os.urandom(8).hex(),
        "TRACEWAY_RUN_PID": str(os.getpid()),
    }


def _isolating(command: list[str]) -> str:
    """The option by which Python ignores PYTHONPATH (-I, -E) or ``sitecustomize`` (-S), if it has one."""
    if not os.path.basename(command[0]).startswith("python"):
        return ""
    for argument in command[1:]:
        if not argument.startswith("-") or argument.startswith("--"):
            break
        flags = re.split("[cmWX]", argument[1:])[0]
        for flag in "IES":
            if flag in flags:
                return f"-{flag}"
        if flags != argument[1:]:
            break
    return ""


def _why(command: str, error: OSError) -> str:
    if command.endswith(".py") and os.path.isfile(command):
        return f"cannot be run by itself; use: traceway run python {command}"
    if error.errno == errno.ENOEXEC:
        return "is no program, and its first line does not name one"
    return (error.strerror or str(error)).lower()


def _complain(what: str, code: int) -> int:
    sys.stderr.write(f"traceway run: {what}\n")
    return code
