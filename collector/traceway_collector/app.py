"""The composition root: store, ingest, receivers, API; started in this order and stopped in reverse.

A step that fails undoes the earlier ones. SIGTERM and SIGINT drain: what was admitted is committed, newcomers are told
to come back, and the process ends with 0.
"""

from __future__ import annotations

import asyncio
import fcntl
import gc
import os
import signal
import socket
import time
import uuid
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, closing, contextmanager
from importlib.metadata import version
from pathlib import Path

import orjson
import uvicorn
from starlette.applications import Starlette

from .access import is_health, middleware, refused_as_json
from .api import EXCEPTION_HANDLERS, Services, is_page, routes
from .api.connection import Connection
from .errors import BadInput
from .ingest.contents import Limits
from .ingest.pipeline import Pipeline
from .ingest.sweep import sweeping
from .metadata import Database, Documents
from .otlp import grpc as otlp_grpc
from .otlp import http as otlp_http
from .proxy.server import Proxy
from .settings import Settings
from .store.clickhouse import ClickHouseStore

# How long requests under way may take to end once everything admitted is committed.
GRACE_S = 5


def run(settings: Settings) -> None:
    """Run the collector until it is told to stop. Raises ``BadInput`` for settings that cannot work."""
    try:
        import uvloop
    except ImportError:  # not to be had on Windows
        asyncio.run(_serve(settings))
    else:
        uvloop.run(_serve(settings))


async def _serve(settings: Settings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with started(settings) as urls:
        _announce(settings, urls)
        await stop.wait()
        print("stopping: committing what was admitted", flush=True)


@asynccontextmanager
async def started(settings: Settings) -> AsyncIterator[dict[str, str]]:
    """The whole collector, ready when entered; yields its URLs by the names of the ready file."""
    urls: dict[str, str] = {}
    async with AsyncExitStack() as stack:
        stack.enter_context(_sole_owner(settings.data_dir))
        store = await asyncio.to_thread(
            ClickHouseStore,
            settings.store,
            settings.data_dir,
            prices=settings.prices,
            retention_days=settings.retention_days,
        )
        stack.callback(store.close)
        await stack.enter_async_context(sweeping(store))
        metadata = await asyncio.to_thread(Database, settings.metadata, settings.data_dir)
        stack.callback(metadata.close)
        pipeline = Pipeline(
            store,
            writers=settings.writers,
            max_pending_bytes=settings.max_pending_mib * 2**20,
            limits=Limits.of(settings),
        )
        services = Services(
            store=store,
            metadata=Documents(metadata),
            ingest=pipeline,
            settings=settings,
            instance_id=uuid.uuid4().hex,
            version=version("traceway"),
            started_ns=time.time_ns(),
            urls=lambda: urls,
        )
        api = Starlette(
            routes=[*otlp_http.routes(pipeline, settings), *routes(services)],
            middleware=middleware(
                settings, otlp_http.Refusal(pipeline, refused_as_json), lambda path: is_health(path) or is_page(path)
            ),
            exception_handlers=EXCEPTION_HANDLERS,
        )
        urls["api"] = await stack.enter_async_context(_http_server(api, settings, "api_port"))
        receiver = otlp_http.app(pipeline, settings)
        urls["otlp_http"] = await stack.enter_async_context(_http_server(receiver, settings, "otlp_http_port"))
        grpc_server = otlp_grpc.build(pipeline, settings)
        stack.push_async_callback(grpc_server.stop, GRACE_S)
        await grpc_server.start()
        urls["otlp_grpc"] = _url(settings, grpc_server.port)
        # Entered last, so left first: nothing stops answering before everything admitted is committed.
        stack.push_async_callback(pipeline.drain)
        stack.push_async_callback(grpc_server.drain)
        # What the proxy has seen is ingested, too: it drains while that still goes.
        proxy = Proxy(settings, pipeline)
        listener = stack.enter_context(closing(_listen(settings, "proxy_port")))
        urls["proxy"] = _url(settings, listener.getsockname()[1])
        await proxy.start(listener)
        stack.push_async_callback(proxy.drain, GRACE_S)
        # Streams of events end at once: whoever follows one comes back, and begins where it ended.
        stack.callback(pipeline.arrivals.close)
        # What is here now stays as long as the server: full collections need not pass over it (50 ms each).
        gc.freeze()
        yield urls


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: the collector drains before its servers stop."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def _http_server(app: Starlette, settings: Settings, port_setting: str) -> AsyncIterator[str]:
    listener = _listen(settings, port_setting)
    server = _Server(
        uvicorn.Config(
            app,
            http=Connection,
            lifespan="off",
            access_log=False,
            server_header=False,
            log_level="warning",
            backlog=2048,
            timeout_graceful_shutdown=GRACE_S,
            ssl_certfile=settings.tls_cert,
            ssl_keyfile=settings.tls_key,
        )
    )
    running = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:
            if running.done():
                running.result()
                raise BadInput(f"the server on {port_setting} ended before it had started", field=port_setting)
            await asyncio.sleep(0.005)
        yield _url(settings, listener.getsockname()[1])
    finally:
        server.should_exit = True
        await running


def _listen(settings: Settings, port_setting: str) -> socket.socket:
    host, port = settings.host.strip("[]"), getattr(settings, port_setting)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        flag = port_setting.replace("_", "-")
        raise BadInput(
            f"cannot listen on {host}:{port}: {error.strerror}; choose another port with --{flag} (0 for a free one) "
            "or another --host",
            field=port_setting,
        ) from None
    return listener


def _url(settings: Settings, port: int) -> str:
    scheme = "https" if settings.tls_cert else "http"
    host = settings.host.strip("[]")
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"


@contextmanager
def _sole_owner(data_dir: Path) -> Iterator[None]:
    """Hold the data folder: two servers on one folder would damage it."""
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        lock = (data_dir / "lock").open("a+")
    except FileExistsError:
        raise BadInput(f"data_dir is {str(data_dir)!r}, which is a file; expected a folder", field="data_dir") from None
    except OSError as error:
        raise BadInput(f"data_dir {str(data_dir)!r} cannot be used: {error.strerror}", field="data_dir") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.seek(0)
            owner = lock.read().strip() or "unknown"
            raise BadInput(
                f"data_dir {str(data_dir)!r} is in use by another traceway (process {owner}); stop it, or choose "
                "another --data-dir",
                field="data_dir",
            ) from None
        lock.truncate(0)
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def _announce(settings: Settings, urls: dict[str, str]) -> None:
    print(f"Traceway {version('traceway')}")
    print(f"  interface  {urls['api']}")
    print(f"  REST API   {urls['api']}/api")
    print(f"  OTLP/HTTP  {urls['otlp_http']}")
    print(f"  OTLP/gRPC  {urls['otlp_grpc']}")
    print(f"  proxy      {urls['proxy']}, to {settings.proxy_target}")
    print(f"  data       {settings.data_dir if settings.store == 'chdb' else settings.store.rpartition('@')[2]}")
    if settings.host and settings.insecure and not settings.api_key:
        print("  anyone who can reach this address can read and write (--insecure)")
    print(flush=True)
    if settings.ready_file is not None:
        _write_whole(settings.ready_file, orjson.dumps(urls))


def _write_whole(path: Path, content: bytes) -> None:
    """A reader sees the whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(content)
    draft.replace(path)
