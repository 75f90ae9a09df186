"""What a program is called."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from traceway.distro import defaults
from traceway.distro.naming import program_name, resource_attributes, service_name
from traceway.distro.serving import is_server
from traceway_semconv import names


@pytest.mark.parametrize(
    ("command", "program", "service"),
    [
        ("python app.py", "app.py", "app"),
        ("python /srv/shop/app.py --m x", "app.py", "app"),
        ("python -m shop.orders -c 1", "shop.orders", "shop.orders"),
        ("python -mshop", "shop", "shop"),
        ("python -Bm shop", "shop", "shop"),
        ("python -c pass", "python", "python"),
        ("python -Ic pass", "python", "python"),
        ("python -W error -X dev -u app.py", "app.py", "app"),
        ("python -Werror -Xdev app.py", "app.py", "app"),
        ("python --check-hash-based-pycs always app.py", "app.py", "app"),
        ("python -", "python", "python"),
        ("python", "python", "python"),
        ("python -i", "python", "python"),
        ("python /venv/bin/gunicorn shop:app", "gunicorn", "gunicorn"),
        ("python shop/__main__.py", "shop", "shop"),
        ("python shop/", "shop", "shop"),
    ],
)
def test_programs(command, program, service):
    words = command.split()
    found = program_name(words, words[1:])
    assert (found, service_name(found)) == (program, service) or (program == "python" and found == words[-1])


def test_children_of_multiprocessing_are_called_as_their_program():
    spawned = ["python", "-c", "from multiprocessing.spawn import spawn_main", "--multiprocessing-fork"]
    assert program_name(spawned, ["/srv/app.py"]) == "app.py"


@given(st.lists(st.text(max_size=8), max_size=6))
def test_every_command_has_a_name(words):
    assert program_name(["python", *words], words)
    assert service_name(program_name(["python", *words], words))


@pytest.mark.parametrize("name", ["gunicorn", "/venv/bin/uvicorn", "flask"])
def test_servers(name):
    assert is_server(name)
    assert not is_server("app.py")


def test_what_the_user_said_of_the_resource_stays():
    assert names.SERVICE_NAME in resource_attributes({})
    assert names.SERVICE_NAME not in resource_attributes({"OTEL_SERVICE_NAME": "mine"})
    assert names.SERVICE_NAME not in resource_attributes({"OTEL_RESOURCE_ATTRIBUTES": "service.name = mine"})
    assert names.SERVICE_NAME in resource_attributes({"OTEL_SERVICE_NAME": " "})
    given_run = resource_attributes({"TRACEWAY_RUN_ID": "1", "OTEL_RESOURCE_ATTRIBUTES": f"{names.RUN_ID}=2"})
    assert names.RUN_ID not in given_run


def test_defaults_are_for_what_is_unset():
    environ = {"OTEL_BSP_SCHEDULE_DELAY": "7", "OTEL_EXPORTER_OTLP_PROTOCOL": " "}
    defaults.apply(environ)
    assert environ["OTEL_BSP_SCHEDULE_DELAY"] == "7"
    assert environ["OTEL_EXPORTER_OTLP_PROTOCOL"] == "http/protobuf"
    assert environ[defaults.CAPTURE] == "SPAN_ONLY"
    assert defaults.exporters({"OTEL_TRACES_EXPORTER": "console", "OTEL_LOGS_EXPORTER": ""}) == {
        "log_exporter_names": ["traceway"],
        "metric_exporter_names": ["traceway"],
    }
