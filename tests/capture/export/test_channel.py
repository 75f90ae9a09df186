"""Where requests go and how, by OpenTelemetry's variables."""

from __future__ import annotations

import pytest

from traceway.export.channel import channel_of

REMOTE = {"OTEL_EXPORTER_OTLP_ENDPOINT": "https://collector.example"}


def test_the_default_is_this_machine_without_compression():
    channel = channel_of("logs", environ={})
    assert (channel.url, channel.encoding, channel.timeout_s) == ("http://localhost:4318/v1/logs", "identity", 10.0)


def test_what_leaves_the_machine_is_compressed_unless_told_otherwise():
    assert channel_of("traces", environ=REMOTE).encoding == "gzip"
    assert channel_of("traces", environ=REMOTE | {"OTEL_EXPORTER_OTLP_COMPRESSION": "none"}).encoding == "identity"
    assert channel_of("traces", environ={"OTEL_EXPORTER_OTLP_COMPRESSION": "GZIP"}).encoding == "gzip"


def test_the_variable_of_a_signal_wins():
    environ = {
        "OTEL_EXPORTER_OTLP_TIMEOUT": "3",
        "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT": "4.5",
        "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION": "deflate",
        "OTEL_EXPORTER_OTLP_CERTIFICATE": "ca.pem",
        "OTEL_EXPORTER_OTLP_CLIENT_KEY": "key.pem",
        "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY": "traces-key.pem",
        "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE": "client.pem",
        "OTEL_EXPORTER_OTLP_HEADERS": "x-team=blue",
        "OTEL_EXPORTER_OTLP_LOGS_HEADERS": "X-Team=red",
    }
    logs, traces = channel_of("logs", environ=environ), channel_of("traces", environ=environ)
    assert (logs.timeout_s, traces.timeout_s) == (4.5, 3.0)
    assert (logs.encoding, traces.encoding) == ("deflate", "identity")
    assert (logs.client_key, traces.client_key) == ("key.pem", "traces-key.pem")
    assert (logs.certificate, logs.client_certificate) == ("ca.pem", "client.pem")
    assert (dict(logs.headers), dict(traces.headers)) == ({"x-team": "red"}, {"x-team": "blue"})


@pytest.mark.parametrize("url", ["http://c:1", "http://c:1/", "http://c:1/v1/traces"])
def test_an_address_may_be_the_base_or_the_whole(url):
    channel = channel_of("traces", url, {"A": "b"}, environ=REMOTE)
    assert (channel.url, channel.base, channel.headers) == ("http://c:1/v1/traces", "http://c:1", (("a", "b"),))
    assert channel.carries("logs").url == "http://c:1/v1/logs"


def test_an_address_of_another_form_is_a_destination_of_its_own():
    channel = channel_of("traces", environ={"OTEL_EXPORTER_OTLP_TRACES_ENDPOINT": "http://c:1/otlp"})
    assert channel.base == channel.url == channel.carries("traces").url == "http://c:1/otlp"


@pytest.mark.parametrize("text", ["soon", "0", "-1", "inf", "nan"])
def test_a_value_that_cannot_be_used_is_reported_and_the_default_taken(text, caplog):
    environ = {"OTEL_EXPORTER_OTLP_TIMEOUT": text, "OTEL_EXPORTER_OTLP_COMPRESSION": "lz4"}
    channel = channel_of("traces", environ=environ)
    assert (channel.timeout_s, channel.encoding) == (10.0, "identity")
    assert "TIMEOUT" in caplog.text
    assert "lz4" in caplog.text
