"""Whether the program is a server: each of its requests is a trace of its own, and none goes around all of them."""

from __future__ import annotations

import os

from .importing import when_imported

TYPE_CHECKING = False  # see importing.py
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import ModuleType
    from typing import Any, Final

SERVER_PROGRAMS: Final = frozenset(
    {
        "airflow", "celery", "daphne", "dramatiq", "fastapi", "flask", "granian", "gunicorn", "hypercorn",
        "ipykernel_launcher", "jupyter", "jupyter-lab", "jupyter-notebook", "langgraph", "mlflow", "rq", "streamlit",
        "uvicorn", "uwsgi", "waitress-serve",
    }
)  # fmt: skip
"""Commands whose program is a server from the start."""

_SERVING: Final = (
    ("uvicorn.server", "Server.serve"),
    ("gunicorn.app.base", "BaseApplication.run"),
    ("hypercorn.run", "run"),
    ("werkzeug.serving", "run_simple"),
    ("waitress", "serve"),
    ("aiohttp.web", "_run_app"),
    ("tornado.httpserver", "HTTPServer.start"),
    ("celery.apps.worker", "Worker.start"),
)
"""What makes a program a server when it is called. Web frameworks end up in one of these."""


def is_server(name: str) -> bool:
    """Whether a program of this name, or at this path, is a server from the start."""
    return os.path.basename(name).removesuffix(".py") in SERVER_PROGRAMS


class Serving:
    """Watches for the moment a program begins to serve. Made before the program runs; costs nothing until then."""

    def __init__(self) -> None:
        self._has_begun = False
        self._callbacks: list[Callable[[], None]] = []
        for module, function in _SERVING:
            when_imported(module, self._wrapping(function))

    def when_begun(self, callback: Callable[[], None]) -> None:
        """Call ``callback`` when the program begins to serve; now, if it has."""
        if self._has_begun:
            callback()
        else:
            self._callbacks.append(callback)

    def _begin(self) -> None:
        from ..contain import contained

        self._has_begun = True
        while self._callbacks:
            with contained("serving"):
                self._callbacks.pop()()

    def _wrapping(self, function: str) -> Callable[[ModuleType], None]:
        def wrapper(wrapped: Callable[..., Any], instance: Any, args: Any, kwargs: Any) -> Any:
            self._begin()
            return wrapped(*args, **kwargs)

        def hook(module: ModuleType) -> None:
            from wrapt import wrap_function_wrapper

            try:
                wrap_function_wrapper(module, function, wrapper)
            except AttributeError:  # another version of the library, without it
                return

        return hook
