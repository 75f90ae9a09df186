"""Runs when Python starts under ``traceway run``, which puts this folder first on PYTHONPATH.

Any Python may come by, also one that is old or has no Traceway: nothing here needs more than Python 2 until both are
known, and there is no other module in this folder.
"""

import os
import sys


def _without_this_folder():
    # type: () -> None
    """Leave the path as the user made it, and run the user's own ``sitecustomize``, which this one has hidden."""
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != folder]
    this = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # type: ignore[import-not-found]  # noqa: F401
    except ImportError as error:
        if getattr(error, "name", None) != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", this)


def _start():
    # type: () -> None
    try:
        if sys.version_info < (3, 11):  # noqa: UP036
            raise ImportError("it is older than 3.11")
        from traceway.distro.start import start
    except ImportError as error:
        # Only of the program that was asked for: exec keeps the process id.
        if os.environ.get("TRACEWAY_RUN_PID") == str(os.getpid()):
            sys.stderr.write("traceway: %s cannot be recorded: %s\n" % (sys.executable, error))  # noqa: UP031
        return
    try:
        start()
    except Exception:
        import traceback

        sys.stderr.write("traceway: this program is not recorded, because of a fault:\n")
        traceback.print_exc()


try:
    _without_this_folder()
finally:
    _start()
