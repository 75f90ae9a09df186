"""The settings: one table that feeds the flags, the environment, ``--help``, the documentation and the tests.

Every field is also ``TRACEWAY_<NAME>`` in the environment; a flag wins. There is no setting called "port":
Kubernetes sets ``TRACEWAY_PORT`` for a service called traceway.
"""

from __future__ import annotations

import argparse
import ipaddress
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from .errors import BadInput


def _setting(default: Any, help: str, *, metavar: str | None = None) -> Any:
    return field(default=default, metadata={"help": help, "metavar": metavar})


def _data_dir() -> Path:
    try:
        import platformdirs
    except ModuleNotFoundError:  # the base install has no server, but its command says what one can be told
        return Path("traceway")
    return Path(platformdirs.user_data_dir("traceway", appauthor=False))


@dataclass(frozen=True, slots=True)
class Settings:
    """What ``traceway serve`` can be told. The defaults run."""

    host: str = _setting("127.0.0.1", "Address to listen on.", metavar="ADDRESS")
    api_port: int = _setting(3000, "Port of the REST API and the UI; 0 picks a free one.", metavar="PORT")
    otlp_grpc_port: int = _setting(4317, "Port of OTLP over gRPC; 0 picks a free one.", metavar="PORT")
    otlp_http_port: int = _setting(4318, "Port of OTLP over HTTP; 0 picks a free one.", metavar="PORT")
    proxy_port: int = _setting(3001, "Port of the recording proxy for model APIs; 0 picks a free one.", metavar="PORT")
    proxy_target: str = _setting(
        "http://127.0.0.1:11434", "The OpenAI-compatible or Ollama server behind the proxy.", metavar="URL"
    )
    data_dir: Path = _setting(_data_dir(), "Where everything is kept.", metavar="PATH")
    store: str = _setting(
        "chdb",
        "Where spans go: chdb (embedded) or clickhouse://user:password@host:8123/database[?cluster=NAME].",
        metavar="URL",
    )
    metadata: str = _setting(
        "sqlite",
        "Where saved views and dashboards go: sqlite (a file in the data folder), sqlite:///PATH or "
        "postgresql://user:password@host:5432/database.",
        metavar="URL",
    )
    retention: str = _setting(
        "", 'Forget telemetry this long after it arrived: "30d", "2w". Empty keeps it.', metavar="AGE"
    )
    prices: Path | None = _setting(
        None, "Your own price file (JSON); what it names overrides the built-in prices.", metavar="PATH"
    )
    api_key: str = _setting("", "Ask every client for this key, as a bearer token or as x-api-key.", metavar="KEY")
    insecure: bool = _setting(False, "Allow an address that is not loopback without --api-key.")
    allowed_hosts: str = _setting("", "More Host names to answer to on loopback, separated by commas.", metavar="NAMES")
    cors_origins: str = _setting(
        "", "Origins that may call from a browser, separated by commas; none by default.", metavar="ORIGINS"
    )
    tls_cert: Path | None = _setting(None, "Certificate chain (PEM) for all ports.", metavar="PATH")
    tls_key: Path | None = _setting(None, "Private key (PEM) of --tls-cert.", metavar="PATH")
    max_request_mib: int = _setting(64, "Largest OTLP request in MiB, before and after inflation.", metavar="MIB")
    max_pending_mib: int = _setting(
        256, "OTLP bytes waiting for commit before clients are asked to slow down, in MiB.", metavar="MIB"
    )
    max_file_mib: int = _setting(32, "Largest file whose contents are kept, in MiB.", metavar="MIB")
    max_run_files_mib: int = _setting(
        1024, "Most bytes of file contents kept of one run of a program, in MiB.", metavar="MIB"
    )
    writers: int = _setting(2, "Groups committed at the same time.", metavar="COUNT")
    ready_file: Path | None = _setting(
        None, "Write the bound URLs here as JSON once all ports accept requests.", metavar="PATH"
    )

    def validate(self) -> Settings:
        """Return self, or raise ``BadInput`` naming the setting, its value and what would be right."""
        for name in ("api_port", "otlp_grpc_port", "otlp_http_port", "proxy_port"):
            port = getattr(self, name)
            if not 0 <= port <= 65535:
                raise _wrong(name, port, "a port from 0 to 65535")
        for name in ("max_request_mib", "max_pending_mib", "max_file_mib", "max_run_files_mib", "writers"):
            if getattr(self, name) < 1:
                raise _wrong(name, getattr(self, name), "a whole number of at least 1")
        if self.max_pending_mib < self.max_request_mib:
            raise _wrong("max_pending_mib", self.max_pending_mib, f"at least max_request_mib ({self.max_request_mib})")
        if (self.tls_cert is None) != (self.tls_key is None):
            missing = "tls_key" if self.tls_key is None else "tls_cert"
            raise _wrong(missing, "not set", "a PEM file: --tls-cert and --tls-key go together")
        for name in ("tls_cert", "tls_key", "prices"):
            path = getattr(self, name)
            if path is not None and not path.is_file():
                raise _wrong(name, path, "a readable file")
        self.retention_days  # noqa: B018  (raises)
        self._validate_proxy_target()
        if not is_loopback(self.host) and not self.api_key and not self.insecure:
            raise BadInput(
                f"host is {self.host!r}, which other machines can reach: set --api-key, or say --insecure to leave "
                "the server open to all of them",
                field="host",
            )
        return self

    def _validate_proxy_target(self) -> None:
        right = "an http or https URL with a host, such as https://api.openai.com or http://127.0.0.1:11434"
        try:
            parts = urlsplit(self.proxy_target)
            port = parts.port
        except ValueError:
            raise _wrong("proxy_target", self.proxy_target, right) from None
        if "@" in parts.netloc:
            raise _wrong("proxy_target", f"{parts.scheme}://…@{parts.hostname}", f"{right}, without user and password")
        is_address = parts.scheme in ("http", "https") and parts.hostname
        if not is_address or parts.query or parts.fragment or not re.fullmatch("[!-~]+", self.proxy_target):
            raise _wrong("proxy_target", self.proxy_target, right)
        if port == self.proxy_port and is_loopback(parts.hostname or "") and is_loopback(self.host):
            raise _wrong("proxy_target", self.proxy_target, "another address than that of the proxy itself")

    @property
    def retention_days(self) -> int | None:
        """``retention`` in days; None keeps everything."""
        text = self.retention.strip().lower()
        if not text:
            return None
        factor = {"d": 1, "w": 7}.get(text[-1])
        if factor is None or not text[:-1].isdecimal() or not 0 < int(text[:-1]) * factor <= 36500:
            raise _wrong("retention", self.retention, 'a number of days or weeks such as "30d" or "2w"')
        return int(text[:-1]) * factor


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach ``host``. A name other than localhost is taken as reachable."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def add_flags(parser: argparse.ArgumentParser) -> None:
    """Give ``parser`` a flag for every setting; a flag left out stays absent from the namespace."""
    for spec in fields(Settings):
        flag = "--" + spec.name.replace("_", "-")
        text = f"{spec.metadata['help']} [{env_name(spec.name)}; default: {shown_default(spec.name)}]"
        if spec.type == "bool":
            parser.add_argument(flag, action="store_const", const="true", default=argparse.SUPPRESS, help=text)
        else:
            metavar = spec.metadata["metavar"]
            parser.add_argument(flag, default=argparse.SUPPRESS, metavar=metavar, help=text.replace("%", "%%"))


def load(flags: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> Settings:
    """Settings from flags (by field name), then the environment, then the defaults; validated."""
    values: dict[str, Any] = {}
    for spec in fields(Settings):
        text = flags.get(spec.name, environ.get(env_name(spec.name)))
        if text is not None:
            values[spec.name] = _parse(spec.name, str(spec.type), text)
    return Settings(**values).validate()


def env_name(name: str) -> str:
    """The environment variable of a setting."""
    return "TRACEWAY_" + name.upper()


def shown_default(name: str) -> str:
    """The default of a setting as help and documents show it."""
    if name == "data_dir":
        return "the platform's user data folder"
    default: object = next(spec.default for spec in fields(Settings) if spec.name == name)
    if default is False:
        return "off"
    return str(default) if default not in (None, "") else "none"


def _parse(name: str, type_name: str, text: str) -> Any:
    if type_name == "bool":
        known = {
            "1": True,
            "true": True,
            "yes": True,
            "on": True,
            "0": False,
            "false": False,
            "no": False,
            "off": False,
            "": False,
        }
        if text.strip().lower() not in known:
            raise _wrong(name, text, "true or false")
        return known[text.strip().lower()]
    if type_name == "int":
        try:
            return int(text)
        except ValueError:
            raise _wrong(name, text, "a whole number") from None
    if "Path" in type_name:
        return Path(text).expanduser() if text else None
    return text


def _wrong(name: str, value: object, right: str) -> BadInput:
    return BadInput(
        f"{name} is {str(value)!r}; expected {right} (--{name.replace('_', '-')}, {env_name(name)})", field=name
    )
