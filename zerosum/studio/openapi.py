"""The description of every endpoint as OpenAPI 3.1, made from what the endpoints say of themselves."""

from __future__ import annotations

import dataclasses
import re
import types
import typing
from collections.abc import Sequence
from typing import Annotated, Any

from zerosum import __version__
from zerosum.recipes.config import merge
from zerosum.studio.doors import HEADER
from zerosum.studio.endpoint import Endpoint

Schema = dict[str, Any]
_PLAIN = {int: "integer", float: "number", bool: "boolean", str: "string"}
_REFUSALS = {
    "400": "what was asked cannot be done", "401": "no token", "403": "another site, or no right",
    "404": "no such thing", "408": "the body came too slowly", "409": "something else comes first",
    "413": "too much was sent", "415": "another type is wanted", "429": "too much is asked at once",
}  # fmt: skip


def describe(endpoints: Sequence[Endpoint]) -> Schema:
    """Return the OpenAPI document of these endpoints."""
    paths: dict[str, Schema] = {}
    for endpoint in endpoints:
        path = re.sub(r"\{(\w+)(?::\w+)?\}", r"{\1}", endpoint.path)
        paths.setdefault(path, {})[endpoint.method.lower()] = _operation(endpoint)
    return {
        "openapi": "3.1.0",
        "info": {"title": "zerosum studio", "version": __version__},
        "paths": paths,
    }


def schema_of(cls: type) -> Schema:
    """Return the JSON schema of a dataclass: strict, with each field's meaning."""
    hints = typing.get_type_hints(cls, include_extras=True)
    found = dataclasses.fields(cls)
    required = [
        f.name
        for f in found
        if f.default is dataclasses.MISSING and f.default_factory is dataclasses.MISSING
    ]
    return {
        "type": "object",
        "additionalProperties": False,
        "properties": {f.name: _hinted(hints[f.name]) for f in found},
        **({"required": required} if required else {}),
    }


def _operation(endpoint: Endpoint) -> Schema:
    refusals = {
        status: {
            "description": text,
            "content": {"text/plain" if status == "401" else "application/json": {"schema": {}}},
        }
        for status, text in _REFUSALS.items()
    }
    operation: Schema = {
        "summary": endpoint.summary,
        "operationId": re.sub(r"\W+", "_", f"{endpoint.method}_{endpoint.path}").strip("_"),
        "parameters": _parameters(endpoint),
        "responses": {
            "200": {"description": "done", "content": {endpoint.gives: {"schema": {}}}},
            **refusals,
        },
    }
    if endpoint.body is not None:
        content = {"application/json": {"schema": schema_of(endpoint.body)}}
        operation["requestBody"] = {"required": True, "content": content}
    if endpoint.uploads:
        content = {
            kind: {"schema": {"type": "string", "format": "binary"}} for kind in endpoint.uploads
        }
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _parameters(endpoint: Endpoint) -> list[Schema]:
    found = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)", endpoint.path)
    ]
    if endpoint.query is not None:
        schema = schema_of(endpoint.query)
        for name, each in schema["properties"].items():
            required = name in schema.get("required", ())
            found.append({"name": name, "in": "query", "required": required, "schema": each})
    if endpoint.method not in ("GET", "HEAD"):
        header = {"type": "string", "description": "from /api/session"}
        found.append({"name": HEADER, "in": "header", "required": True, "schema": header})
    return found


def _hinted(hint: Any) -> Schema:
    if typing.get_origin(hint) is Annotated:
        inner, text, *bounds = typing.get_args(hint)
        return merge(_hinted(inner), {"description": text, **(bounds[0] if bounds else {})})
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        options = [_hinted(o) for o in typing.get_args(hint) if o is not type(None)]
        return {"anyOf": [*options, {"type": "null"}]}
    if typing.get_origin(hint) is tuple:
        return {"type": "array", "items": _hinted(typing.get_args(hint)[0])}
    return {"type": _PLAIN[hint]} if hint in _PLAIN else schema_of(hint)
