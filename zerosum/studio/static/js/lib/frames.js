// Frames of the WebSocket: a JSON header and arrays that lie in the message itself, without a copy.

const TYPES = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

export function unpack(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const arrays = {};
  for (const { name, dtype, shape, offset } of header.arrays) {
    const count = shape.reduce((a, b) => a * b, 1);
    arrays[name] = Object.assign(new TYPES[dtype](buffer, 4 + length + offset, count), { shape });
  }
  return { header, arrays };
}
