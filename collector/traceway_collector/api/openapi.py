"""The OpenAPI 3.1 document, generated from the same table as the routes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from ..errors import BadInput, TooLarge, TracewayError, Unavailable, WrongMedia
from ..query.parameters import Parameter
from .endpoint import Endpoint
from .schema_signals import Error

_REF = "#/components/schemas/{model}"
_ABOUT = (
    "Telemetry of LLM applications and agents, as OpenTelemetry has it. Ids are lowercase hex; times are RFC 3339 with "
    "nanoseconds in `*_at`; nanoseconds are decimal strings in `*_ns`; what is not known is null. A parameter that is "
    "given several times means any of its values. The same paths also answer without `/api`."
)


def document(endpoints: Sequence[Endpoint], version: str, prefix: str) -> dict[str, Any]:
    """The document for these endpoints below ``prefix``."""
    said = [model for endpoint in endpoints for model in (endpoint.answer, endpoint.body) if model]
    models: list[type[BaseModel]] = list(dict.fromkeys([*said, Error]))
    refs, definitions = models_json_schema([(model, "validation") for model in models], ref_template=_REF)
    schemas = {model: refs[model, "validation"] for model in models}
    paths: dict[str, dict[str, Any]] = {}
    for endpoint in endpoints:
        paths.setdefault(prefix + endpoint.path, {})[endpoint.method.lower()] = _operation(endpoint, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Traceway", "version": version, "description": _ABOUT},
        "paths": paths,
        "components": {"schemas": definitions["$defs"]},
    }


def _operation(endpoint: Endpoint, schemas: Mapping[type[BaseModel], Any]) -> dict[str, Any]:
    given = [_parameter(parameter, "path") for parameter in endpoint.path_parameters]
    given += [_parameter(parameter, "query") for parameter in endpoint.parameters]
    body: dict[str, Any] = {"schema": schemas[endpoint.answer]} if endpoint.answer else {"schema": {"type": "string"}}
    responses: dict[str, Any] = {
        "200": {"description": endpoint.summary, "content": {endpoint.media_type: body}},
    }
    of_body = (TooLarge, WrongMedia) if endpoint.body else ()
    for error in (BadInput, *of_body, *endpoint.errors, Unavailable):
        responses[str(error.http_status)] = _failure(error, schemas[Error])
    operation: dict[str, Any] = {
        "operationId": endpoint.handler.__name__,
        "summary": endpoint.summary,
        "parameters": given,
    }
    if endpoint.body:
        sent = {"application/json": {"schema": schemas[endpoint.body]}}
        operation["requestBody"] = {"required": True, "content": sent}
    return {**operation, "responses": responses}


def _parameter(parameter: Parameter, place: str) -> dict[str, Any]:
    schema = dict(parameter.schema)
    about = parameter.about
    if parameter.aliases:
        about += " Also called " + ", ".join(parameter.aliases) + "."
    if parameter.repeats:
        schema = {"type": "array", "items": schema}
    found: dict[str, Any] = {
        "name": parameter.name,
        "in": place,
        "description": about,
        "required": place == "path" or parameter.required,
        "schema": schema,
    }
    if parameter.repeats:
        found |= {"style": "form", "explode": True}
    return found


def _failure(error: type[TracewayError], schema: Any) -> dict[str, Any]:
    about = (error.__doc__ or error.code).strip().splitlines()[0]
    found: dict[str, Any] = {"description": about, "content": {"application/json": {"schema": schema}}}
    if issubclass(error, Unavailable):
        found["headers"] = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer"}}}
    return found
