"""The limits of the server itself, which hold before any request is looked at."""

from __future__ import annotations

from zerosum.studio.patience import Punctual
from zerosum.studio.serve import server_of
from zerosum.studio.settings import Settings
from zerosum.studio.socket import MAX_MESSAGE


def test_a_server_has_its_limits_and_believes_no_proxy(tmp_path):
    config = server_of(Settings(root=tmp_path)).config
    assert config.http is Punctual
    assert (config.ws_max_size, config.ws_max_queue) == (MAX_MESSAGE, 8)
    assert (config.limit_concurrency, config.h11_max_incomplete_event_size) == (256, 65536)
    assert not config.proxy_headers  # whoever asks could say that he is somebody else
    assert not config.server_header and not config.access_log
