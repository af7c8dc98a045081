// One WebSocket for the page, with channels. A frame is answered "drawn" after the browser has painted it,
// and only then does the studio send the next: nothing queues up.

import { notice } from "./dom.js";
import { unpack } from "./frames.js";

let socket = null;
let opening = null;
let next = 1;
const channels = new Map();

function connect() {
  opening ??= new Promise((resolve, reject) => {
    socket = new WebSocket(`ws${location.protocol === "https:" ? "s" : ""}://${location.host}/socket`);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => resolve(socket);
    socket.onmessage = (message) => receive(message.data);
    socket.onclose = () => { opening = null; reject(new Error("closed")); lost(); };
  });
  return opening;
}

function receive(buffer) {
  const { header, arrays } = unpack(buffer);
  const channel = channels.get(header.channel);
  if (channel) {
    if (header.kind === "error") notice(header.error);
    channel.heard(header, arrays);
  }
  const drawn = () => tell({ channel: header.channel, drawn: true });
  if (document.hidden) setTimeout(drawn, 250); else requestAnimationFrame(drawn);
}

function tell(message) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function lost() {
  if (!channels.size) return;
  notice("The studio is gone: it was stopped, or too many pages are open. Trying again …", 0);
  setTimeout(async () => {
    try { await connect(); } catch { return; }
    notice("");
    for (const [number, { kind, asked }] of channels) tell({ open: kind, channel: number, ...asked() });
  }, 2000);
}

// Open a channel. `asked` gives what to open it with (again, after a loss); `heard` gets every frame.
export async function open(kind, asked, heard) {
  const number = next++;
  channels.set(number, { kind, asked, heard });
  await connect();
  tell({ open: kind, channel: number, ...asked() });
  return {
    do: (command) => tell({ channel: number, do: command }),
    close: () => { channels.delete(number); tell({ channel: number, close: true }); },
  };
}
