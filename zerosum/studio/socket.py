"""One WebSocket a page, with channels: commands come as JSON, frames go as bytes, the newest only.

From the browser:  {"open": KIND, "channel": 1, ...}   {"channel": 1, "do": {...}}
                   {"channel": 1, "drawn": true}        {"channel": 1, "close": true}
To the browser:    frames (see `frames`), whose header holds the channel and a kind; kind "error" holds
                   a sentence.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import threading
from collections.abc import Callable, Mapping
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from zerosum.errors import ZerosumError, unknown
from zerosum.studio.channel import Channel, Post
from zerosum.studio.mailbox import Mailbox

MAX_MESSAGE = 1 << 20  # bytes of a command: a hand-drawn cloud of points is 100 kB
MAX_CHANNELS = 4  # of a page
Opener = Callable[[Mapping[str, Any], Post], Channel]


class Wire:
    """The open channels of one page.

    Args: openers: kind -> what opens a channel of it.
    """

    def __init__(self, openers: Mapping[str, Opener]) -> None:
        self._openers = openers
        self._channels: dict[int, tuple[Channel | None, Mailbox]] = {}
        self._bell, self._loop = asyncio.Event(), asyncio.get_running_loop()

    async def serve(self, socket: WebSocket) -> None:
        """Talk until the browser goes; then close every channel."""
        await socket.accept()
        sender = asyncio.create_task(self._send(socket))
        try:
            while True:
                await self._obey(await socket.receive_text())
        except (WebSocketDisconnect, KeyError):  # KeyError: bytes, which nobody here sends
            pass
        finally:
            for channel, _ in self._channels.values():
                if channel is not None:  # not waited for: it may be in the middle of a long round
                    threading.Thread(target=channel.close, daemon=True).start()
            sender.cancel()
            await asyncio.gather(sender, return_exceptions=True)

    async def _obey(self, text: str) -> None:
        try:
            message = json.loads(text) if len(text) <= MAX_MESSAGE else None
        except (ValueError, RecursionError):
            message = None
        number = message.get("channel") if isinstance(message, dict) else None
        if not isinstance(message, dict) or type(number) is not int or not 0 <= number < 1 << 16:
            return  # not one of our pages
        try:
            await self._do(number, message)
        except ZerosumError as error:
            self._tell(number, str(error))
        except Exception as error:  # one channel's fault must not end the others
            log = logging.getLogger("uvicorn.error")
            log.error("error in channel %s", number, exc_info=error)
            self._tell(number, "the studio failed at this; its terminal says why")

    async def _do(self, number: int, message: dict[str, Any]) -> None:
        if "open" in message:
            await self._open(number, message)
        channel, mailbox = self._channels.get(number, (None, None))
        if mailbox is None:
            return
        if message.get("drawn"):
            mailbox.drawn()
        if message.get("close"):
            await self._close(number)
        if channel is not None and isinstance(message.get("do"), dict):
            channel.do(message["do"])

    async def _open(self, number: int, message: dict[str, Any]) -> None:
        await self._close(number)
        if len(self._channels) >= MAX_CHANNELS:
            return
        mailbox = Mailbox(self._ring)
        self._channels[number] = (None, mailbox)  # also where a refusal is told
        kind = str(message["open"])[:80]
        if kind not in self._openers:
            raise unknown("channel", kind, self._openers)
        opener = self._openers[kind]
        made = await asyncio.to_thread(opener, message, Post(number, mailbox))
        self._channels[number] = (made, mailbox)

    async def _close(self, number: int) -> None:
        channel, _ = self._channels.pop(number, (None, None))
        if channel is not None:
            await asyncio.to_thread(channel.close)

    def _tell(self, number: int, sentence: str) -> None:
        if number not in self._channels:
            return
        Post(number, self._channels[number][1])("error", {"error": sentence})

    def _ring(self) -> None:
        with contextlib.suppress(RuntimeError):  # the studio is closed: nobody hears any more
            self._loop.call_soon_threadsafe(self._bell.set)

    async def _send(self, socket: WebSocket) -> None:
        while True:
            await self._bell.wait()
            self._bell.clear()
            for _, mailbox in list(self._channels.values()):
                frame = mailbox.fetch()
                if frame is not None:
                    await socket.send_bytes(frame)
