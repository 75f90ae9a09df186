"""ClickHouse's HTTP interface over an embedded engine, in a process of its own: the server that stands in for a server.

``python -m tests.contract.http_engine FOLDER USER PASSWORD`` prints its port and serves until its standard input ends.
What it speaks is what ClickHouse documents under "HTTP interface": a statement in the URL, the body or both, bound
``param_*``, settings and ``database`` in the URL, basic authentication, forms, chunked bodies, data of an INSERT behind
its FORMAT, error codes in a header. Every request has a session of its own. Two paths are ours: ``/fault/lose-reply``
and ``/fault/busy`` decide what happens to the next INSERT.
"""

from __future__ import annotations

import email
import os
import re
import sys
import tempfile
import threading
from base64 import b64decode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit
from uuid import uuid4
from xml.sax.saxutils import escape

import chdb
import lz4.frame

# What the interface keeps for itself; everything else in the URL is a setting.
_TRANSPORT = {
    "query",
    "database",
    "query_id",
    "session_id",
    "wait_end_of_query",
    "client_protocol_version",
    "enable_http_compression",
    "send_progress_in_http_headers",
    "http_headers_progress_interval_ms",
    "cancel_http_readonly_queries_on_client_close",
}
_INSERT = re.compile(rb"\A\s*(INSERT INTO .{1,2000}?) FORMAT (\w+)\r?\n", re.IGNORECASE | re.DOTALL)
_FORMAT = re.compile(rb"\bFORMAT\s+(\w+)\s*;?\s*\Z", re.IGNORECASE)
_RESULT = re.compile(rb"\A\s*(SELECT|WITH|SHOW|DESCRIBE|EXISTS|EXPLAIN)\b", re.IGNORECASE)
_CODE = re.compile(r"Code: (\d+)\.")
# Statuses of ClickHouse for some error codes; 500 for all others.
_STATUS = {6: 400, 27: 400, 36: 400, 41: 400, 47: 400, 62: 400, 60: 404, 81: 404, 48: 501, 497: 403, 516: 401}

# Sessions are the default user's, whose password nobody knows here: what logs in by itself needs the user's name.
_USERS = """<clickhouse>
  <profiles><default/></profiles>
  <quotas><default/></quotas>
  <users>
    <default><password/><networks><ip>::/0</ip></networks><profile>default</profile><quota>default</quota></default>
    <{user}>
      <password>{password}</password><networks><ip>::/0</ip></networks>
      <profile>default</profile><quota>default</quota>
    </{user}>
  </users>
</clickhouse>"""
_CONFIG = """<clickhouse>
  <users_config>{folder}/users.xml</users_config>
  <format_schema_path>{folder}/schemas/</format_schema_path>
  <mark_cache_size>33554432</mark_cache_size>
</clickhouse>"""


class EngineServer(ThreadingHTTPServer):
    """One engine, any number of connections."""

    daemon_threads = True

    def __init__(self, folder: Path, user: str, password: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "users.xml").write_text(_USERS.format(user=user, password=escape(password)))
        (folder / "config.xml").write_text(_CONFIG.format(folder=folder))
        self.connection_string = f"{folder / 'engine'}?config-file={folder / 'config.xml'}"
        self.user, self.password = user, password
        self.fault = ""
        self.keep_open = chdb.connect(self.connection_string)

    def take_fault(self) -> str:
        """What is to happen to this INSERT; it happens once."""
        fault, self.fault = self.fault, ""
        return fault

    def run(self, statement: bytes, settings: dict[str, str], parameters: dict[str, str], database: str) -> bytes:
        """Run one statement in a fresh session and return its output."""
        session = chdb.connect(self.connection_string)
        try:
            session.query(f"USE `{database}`")
            for name, value in settings.items():
                session.query(f"SET {name} = {_quoted(value)}")
            insert = _INSERT.match(statement)
            if insert is None:
                found = _FORMAT.search(statement)
                format_ = found[1].decode() if found else "TabSeparated"
                return session.query(statement.decode(), format_, params=parameters).bytes()
            with tempfile.NamedTemporaryFile(suffix=".data") as data:
                data.write(statement[insert.end() :])
                data.flush()
                sql = f"{insert[1].decode()} FROM INFILE {_quoted(data.name)} FORMAT {insert[2].decode()}"
                return session.query(sql, params=parameters).bytes()
        finally:
            session.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: EngineServer

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self._body())

    def _serve(self, body: bytes) -> None:
        url = urlsplit(self.path)
        given = dict(parse_qsl(url.query, keep_blank_values=True))
        if url.path == "/ping":
            return self._reply(200, b"Ok.\n")
        if url.path.startswith("/fault/"):
            self.server.fault = url.path.removeprefix("/fault/")
            return self._reply(200, b"")
        if not self._authenticated():
            return self._fail("Code: 516. DB::Exception: Authentication failed: password is incorrect")
        if self.headers.get("Content-Encoding") == "lz4":
            body = lz4.frame.decompress(body)
        if self.headers.get("Content-Type", "").startswith("multipart/form-data"):
            form = self._form(body)
            body = form.pop("query", "").encode()
            given.update(form)
        if given.get("query"):
            body = given["query"].encode() + b"\n" + body
        return self._execute(body, given)

    def _execute(self, statement: bytes, given: dict[str, str]) -> None:
        fault = self.server.take_fault() if _INSERT.match(statement) else ""
        if fault == "busy":
            return self._reply(503, b"Code: 202. DB::Exception: Too many simultaneous queries", {_EXCEPTION: "202"})
        parameters = {name[6:]: value for name, value in given.items() if name.startswith("param_")}
        settings = {
            name: value for name, value in given.items() if not name.startswith("param_") and name not in _TRANSPORT
        }
        try:
            output = self.server.run(statement, settings, parameters, given.get("database", "default"))
        except Exception as error:  # whatever the engine says is the client's to know
            return self._fail(str(error))
        if fault == "lose-reply":
            self.close_connection = True
            self.connection.close()
            return None
        headers = {"X-ClickHouse-Query-Id": given.get("query_id", str(uuid4())), "X-ClickHouse-Timezone": "UTC"}
        if _RESULT.match(statement):
            found = _FORMAT.search(statement)
            headers["X-ClickHouse-Format"] = found[1].decode() if found else "TabSeparated"
        return self._reply(200, output, headers)

    def _fail(self, message: str) -> None:
        found = _CODE.search(message)
        code = int(found[1]) if found else 1002
        self._reply(_STATUS.get(code, 500), message.encode(), {_EXCEPTION: str(code)})

    def _reply(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _authenticated(self) -> bool:
        scheme, _, token = self.headers.get("Authorization", "").partition(" ")
        return scheme == "Basic" and b64decode(token).decode() == f"{self.server.user}:{self.server.password}"

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", "0")))
        chunks = []
        while size := int(self.rfile.readline().split(b";")[0], 16):
            chunks.append(self.rfile.read(size))
            self.rfile.readline()
        self.rfile.readline()
        return b"".join(chunks)

    def _form(self, body: bytes) -> dict[str, str]:
        whole = email.message_from_bytes(f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode() + body)
        return {
            str(part.get_param("name", header="content-disposition")): part.get_payload(decode=True).decode()
            for part in whole.get_payload()
        }

    def log_message(self, format: str, *args: object) -> None:
        """Silent: failures reach the client."""


_EXCEPTION = "X-ClickHouse-Exception-Code"


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def main() -> None:
    server = EngineServer(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_port, flush=True)
    sys.stdin.read()
    server.shutdown()
    server.keep_open.close()
    sys.stdout.flush()
    os._exit(0)  # threads of the engine may still be running


if __name__ == "__main__":
    main()
