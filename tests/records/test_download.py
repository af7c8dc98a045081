from __future__ import annotations

import hashlib
import io
import urllib.error

import pytest

from zerosum.errors import InputError
from zerosum.records.download import download

URL, DATA = "https://example.org/w.pth", b"weights" * 400_000
HASH = hashlib.sha256(DATA).hexdigest()


class Publisher:
    """Answers one address, and counts."""

    def __init__(self, data=DATA, error=None, breaks_after=None):
        self.data, self.error, self.breaks_after, self.asked = data, error, breaks_after, 0

    def __call__(self, url, timeout):
        assert url == URL and timeout > 0
        self.asked += 1
        if self.error is not None:
            raise self.error
        return Answer(self.data, self.breaks_after)


class Answer(io.BytesIO):
    def __init__(self, data, breaks_after):
        super().__init__(data)
        self.breaks_after = breaks_after

    def read(self, n):
        if self.breaks_after is not None and self.tell() >= self.breaks_after:
            raise ConnectionResetError("reset by peer")
        return super().read(n)


def test_a_file_comes_once_and_whole(tmp_path):
    target, publisher = tmp_path / "cache" / "w.pth", Publisher()
    for _ in range(2):
        made = download(URL, target, sha256=HASH[:8], limit=10**7, open_url=publisher)
        assert made == target and target.read_bytes() == DATA
    assert publisher.asked == 1 and [p.name for p in target.parent.iterdir()] == ["w.pth"]


@pytest.mark.parametrize(
    ("publisher", "more", "words"),
    [
        (Publisher(), {"sha256": "00000000"}, f"SHA-256 {HASH[:16]}, which does not begin with"),
        (Publisher(), {"limit": 1000}, "holds more than 1.0 kB"),
        (Publisher(error=urllib.error.URLError("no route")), {}, "cannot be downloaded .*no route"),
        (Publisher(error=TimeoutError("timed out")), {}, "cannot be downloaded .*timed out"),
        (Publisher(breaks_after=2**20), {}, "cannot be downloaded .*reset by peer"),
    ],
)
def test_what_goes_wrong_leaves_nothing(tmp_path, publisher, more, words):
    settings = {"limit": 10**7, **more}
    with pytest.raises(InputError, match=words):
        download(URL, tmp_path / "w.pth", open_url=publisher, **settings)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("url", ["http://example.org/w", "file:///etc/passwd", "ftp://x/y", ""])
def test_only_https_is_opened(tmp_path, url):
    publisher = Publisher()
    with pytest.raises(InputError, match="only https"):
        download(url, tmp_path / "w", limit=10, open_url=publisher)
    assert not publisher.asked
