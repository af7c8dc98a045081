"""The page around every view: it opens, leads on, and fits."""

from __future__ import annotations

import pytest

VIEWS = ("/", "/game", "/toy", "/runs", "/explore", "/learn")


@pytest.mark.parametrize("path", VIEWS)
def test_every_view_opens_without_an_error(path, open_view):
    page = open_view(path)
    assert page.locator("main#view").inner_text().strip()


def test_the_token_leaves_the_address_at_once(page, server):
    assert page.url == server.base + "/"
    assert server.settings.token not in page.content()
