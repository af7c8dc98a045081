"""The page of known bugs names tests that exist, and each such test stands on the page."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.architecture.source import PACKAGE, read_package

ROOT = Path(__file__).resolve().parents[1]
PAGE = (ROOT / "docs" / "known-bugs.md").read_text(encoding="utf-8")
CODE = read_package(ROOT / PACKAGE)


def table(text: str) -> dict[int, str]:
    """The rows of a table whose first column is a bug's number."""
    return {int(n): row for n, row in re.findall(r"^\| (\d+) \| (.*)$", text, re.MULTILINE)}


CAUGHT, ABSENT = (table(part) for part in PAGE.split("## Not here yet"))


def named(text: str) -> set[str]:
    return set(re.findall(r"`(test_bug_\w+)`", text))


def existing() -> set[str]:
    files = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    return {name for text in files for name in re.findall(r"^def (test_bug_\w+)\(", text, re.M)}


def test_the_page_and_the_tests_name_each_other():
    assert named(PAGE) - existing() == set(), "on the page, but no test"
    assert existing() - named(PAGE) == set(), "a test, but not on docs/known-bugs.md"


def test_every_number_stands_on_the_page_with_its_own_tests():
    assert list(CAUGHT) == list(range(1, 29))
    for number, row in CAUGHT.items():
        assert named(row) or number in ABSENT
        assert all(name.startswith(f"test_bug_{number:02d}_") for name in named(row))
        assert row.endswith("below |") == (number in ABSENT)


def test_the_page_is_linked():
    assert "(docs/known-bugs.md)" in (ROOT / "README.md").read_text(encoding="utf-8")


def test_bug_19_no_except_hides_why():
    """What is caught wholesale is raised again, or its reason is passed on."""
    handlers = [
        (f"{m.name}:{node.lineno}", node)
        for m in CODE.values()
        for node in ast.walk(m.tree)
        if isinstance(node, ast.ExceptHandler)
    ]
    wide = {"Exception", "BaseException"}
    found = [
        where
        for where, node in handlers
        if node.type is None
        or (isinstance(node.type, ast.Name) and node.type.id in wide and not _passes_on(node))
    ]
    assert handlers and found == []


def _passes_on(handler: ast.ExceptHandler) -> bool:
    inside = [node for statement in handler.body for node in ast.walk(statement)]
    used = any(isinstance(n, ast.Name) and n.id == handler.name for n in inside)
    return used or any(isinstance(n, ast.Raise) for n in inside)


def test_bug_25_nothing_in_the_code_is_called_fid():
    """The word is for Inception's features on the published terms: no number here gets it by itself."""
    for m in CODE.values():
        docstrings = {
            id(node.body[0].value)
            for node in ast.walk(m.tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        texts = (n for n in ast.walk(m.tree) if isinstance(n, ast.Constant))
        said = [t.value for t in texts if isinstance(t.value, str) and id(t) not in docstrings]
        assert not [text for text in said if re.search(r"\bFID\b", text)], m.name
