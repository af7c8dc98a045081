"""A fuzzer over the studio's own description: every endpoint, data as described and data that are not.

Numbers of runs and names of claims are told to the fuzzer, so that it gets behind the 404s.
"""

from __future__ import annotations

import copy
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings

from tests.studio.asking import ask, own_headers
from zerosum.data.names import NAMES
from zerosum.records.lock import Lock
from zerosum.studio.app import build
from zerosum.studio.doors import HEADER
from zerosum.studio.runs import endpoints as run_endpoints

schemathesis = pytest.importorskip("schemathesis")


@pytest.fixture(scope="module")
def app(settings) -> Any:
    """A studio that only shows: nothing that the fuzzer asks for starts a training."""
    return build(settings)


@pytest.fixture(scope="module")
def described(app, settings) -> dict[str, Any]:
    """The description, as the studio gives it."""
    return _get(app, settings, "/api/openapi.json")


def _get(app: Any, settings: Any, path: str) -> Any:
    answer = ask(app, "GET", path, own_headers(settings))
    assert answer.status == 200, answer.body
    return json.loads(answer.body)


def test_the_description_is_openapi_and_names_every_api_route(app, described):
    schemathesis.openapi.from_dict(described).validate()
    routes = {
        (method.lower(), route.path)
        for route in app.app.routes
        for method in getattr(route, "methods", None) or ()
        if route.path.startswith("/api/") and method != "HEAD"
    }
    told = {(method, path) for path, each in described["paths"].items() for method in each}
    assert told == routes and len(told) > 20


def test_every_operation_says_what_it_is_and_every_field_what_it_means(described):
    names = Counter()
    for path, each in described["paths"].items():
        for method, operation in each.items():
            names[operation["operationId"]] += 1
            assert operation["summary"].endswith("."), (method, path)
            assert {"200", "400", "401", "403"} <= set(operation["responses"]), (method, path)
            for field in _fields(operation):
                assert field.get("description"), (method, path, field)
    assert max(names.values()) == 1


def test_the_fuzzer_finds_no_fault(app, described, settings):
    _fuzz(app, described, settings, examples=6)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_the_fuzzer_finds_no_fault_in_a_long_run(app, described, settings):
    _fuzz(app, described, settings, examples=100)


@pytest.fixture
def controlled(root, controlling, tmp_path, monkeypatch) -> Any:
    """A studio with --allow-control over copies of the runs; what it begins is noted and ends at once."""
    told: list[list[str]] = []

    def launch(arguments: Sequence[str], said: Any) -> subprocess.Popen[bytes]:
        told.append(list(arguments))
        return subprocess.Popen([sys.executable, "-S", "-c", ""], stderr=said)

    monkeypatch.setattr(run_endpoints, "Asked", partial(run_endpoints.Asked, launch=launch))
    shutil.copytree(root, tmp_path / "runs")
    settings = replace(controlling, root=tmp_path / "runs")
    return build(settings), settings, told


def test_the_fuzzer_begins_only_what_the_tables_name_and_finds_no_fault(controlled, described):
    app, settings, told = controlled
    runs = sorted(p.parent for p in settings.root.glob("*/config.yaml"))
    changing = [path for path in described["paths"] if re.search("control|resume|trainings", path)]
    with Lock(runs[0]):  # somebody trains it, and may be asked to pause
        _fuzz(app, described, settings, examples=20, paths=changing)
    begun = [words for words in told if words[1] != "--resume"]
    assert begun and len(told) > len(begun)
    for words in begun:
        assert words[0] == "train" and words[1] in NAMES and words[-1] == str(settings.root)
        flags = {word.partition("=")[0] for word in words if word.startswith("--")}
        assert flags <= {"--recipe", "--steps", "--seed", "--out", "--run.ticks", "--run.previews"}
    for words in told:
        assert words in begun or (words[:2] == ["train", "--resume"] and Path(words[2]) in runs)


def _fuzz(
    app: Any, described: dict[str, Any], settings: Any, examples: int, paths: Sequence[str] = ()
) -> None:
    described = {
        **described, "paths": {p: each for p, each in described["paths"].items() if not paths or p in paths}
    }  # fmt: skip
    schema = schemathesis.openapi.from_dict(_reachable(app, described, settings))
    schema.app = app
    headers = dict(own_headers(settings))
    wrong: list[str] = []
    answered: Counter[int] = Counter()
    for result in schema.get_all_operations():
        operation = result.ok()
        told = described["paths"][operation.path][operation.method.lower()]
        for mode in schemathesis.GenerationMode:
            negative = mode == schemathesis.GenerationMode.NEGATIVE
            if negative and not _refusable(told):
                continue  # nothing in it could be given wrongly
            for case, answer in _put(operation, mode, headers, examples):
                answered[answer.status_code // 100] += 1
                wrong.extend(_faults(case, answer, told, negative))
    assert not wrong, "\n".join(dict.fromkeys(wrong))
    assert answered[2] > len(described["paths"]) and answered[4]


def _put(operation: Any, mode: Any, headers: dict[str, str], examples: int) -> list[Any]:
    """Return the fuzzer's cases of one operation with their answers."""
    found = []

    @hypothesis_settings(
        max_examples=examples, derandomize=True, deadline=None, database=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(generation_mode=mode))
    def put(case: Any) -> None:
        found.append((case, case.call(headers=headers)))

    put()
    return found


def _faults(case: Any, answer: Any, told: dict[str, Any], negative: bool) -> Iterator[str]:
    status, where = answer.status_code, f"{case.method} {case.formatted_path}"
    given = f"query {case.query!r}, body {str(case.body)[:200]}"
    if status >= 500 or str(status) not in told["responses"]:
        yield f"{where}: {status} is not described; {given}: {answer.text[:200]}"
        return
    kind = answer.headers.get("content-type", [""])[0].partition(";")[0]
    if kind not in told["responses"][str(status)]["content"]:
        yield f"{where}: {status} came as {kind!r}, which is not described"
    if status >= 400 and not 0 < len(answer.json().get("error", "")) <= 400:
        yield f"{where}: {status} without a sentence: {answer.text[:200]}"
    # in an address a list of one is its item, and an empty one is nothing
    lost = any(isinstance(v, list) and len(v) < 2 for v in (case.query or {}).values())
    if negative and status < 400 and not lost:
        yield f"{where}: {status} for what the description rules out; {given}"


def _reachable(app: Any, described: dict[str, Any], settings: Any) -> dict[str, Any]:
    """Return the description with numbers and names that exist, and without the header."""
    known = {
        "id": [run["id"] for run in _get(app, settings, "/api/runs")["runs"]],
        "claim": list(_names(_get(app, settings, "/api/learn"))),
    }
    schema = copy.deepcopy(described)
    for each in schema["paths"].values():
        for operation in each.values():
            operation["parameters"] = [p for p in operation["parameters"] if p["name"] != HEADER]
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    some = known.get(parameter["name"], [])
                    parameter["schema"] = {"type": "string", "enum": [*some, "nothing"]}
    return schema


def _names(told: Any) -> Iterator[str]:
    """Yield what may be the name of a claim."""
    for value in told.values() if isinstance(told, dict) else told:
        if isinstance(value, dict | list):
            yield from _names(value)
        elif isinstance(value, str) and value.replace("-", "").isalnum() and len(value) < 40:
            yield value


def _refusable(operation: dict[str, Any]) -> bool:
    queries = [p for p in operation["parameters"] if p["in"] == "query"]
    body = operation.get("requestBody", {}).get("content", {})
    return bool(queries or "application/json" in body)


def _fields(operation: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield from (p["schema"] for p in operation["parameters"] if p["in"] == "query")
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    yield from body.get("schema", {}).get("properties", {}).values()
