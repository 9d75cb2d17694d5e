// Makes a screenshot small: at most 256 colours, one byte a pixel, deflated as hard as zlib can.

import { deflateSync, inflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

const TABLE = Int32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let k = 0; k < 8; k += 1) c = c & 1 ? 0xedb88320 ^ (c >>> 1) : c >>> 1;
  return c;
});

function crc(bytes) {
  let c = -1;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 255] ^ (c >>> 8);
  return (c ^ -1) >>> 0;
}

function chunk(kind, data) {
  const body = Buffer.concat([Buffer.from(kind, 'latin1'), data]);
  const out = Buffer.alloc(body.length + 8);
  out.writeUInt32BE(data.length, 0);
  body.copy(out, 4);
  out.writeUInt32BE(crc(body), body.length + 4);
  return out;
}

// The pixels of a PNG with 8 bits a channel, not interlaced (what Chromium writes), as 24-bit numbers.
function pixels(png) {
  let at = 8;
  let head;
  const parts = [];
  while (at < png.length) {
    const length = png.readUInt32BE(at);
    const kind = png.toString('latin1', at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (kind === 'IHDR') head = { width: data.readUInt32BE(0), height: data.readUInt32BE(4), depth: data[8], colour: data[9], laced: data[12] };
    if (kind === 'IDAT') parts.push(data);
    at += length + 12;
  }
  const channels = { 2: 3, 6: 4 }[head.colour];
  if (head.depth !== 8 || !channels || head.laced !== 0) throw new Error('not the kind of PNG that Chromium writes');
  const raw = inflateSync(Buffer.concat(parts));
  const stride = head.width * channels;
  const out = new Uint32Array(head.width * head.height);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < head.height; y += 1) {
    const filter = raw[y * (stride + 1)];
    const line = raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    for (let x = 0; x < stride; x += 1) line[x] += predict(filter, line, above, x, channels);
    for (let x = 0; x < head.width; x += 1) {
      const i = x * channels;
      out[y * head.width + x] = (line[i] << 16) | (line[i + 1] << 8) | line[i + 2];
    }
    above = line;
  }
  return { width: head.width, height: head.height, out };
}

function predict(filter, line, above, x, channels) {
  const left = x >= channels ? line[x - channels] : 0;
  const corner = x >= channels ? above[x - channels] : 0;
  if (filter === 0) return 0;
  if (filter === 1) return left;
  if (filter === 2) return above[x];
  if (filter === 3) return (left + above[x]) >> 1;
  const p = left + above[x] - corner;
  const [a, b, c] = [Math.abs(p - left), Math.abs(p - above[x]), Math.abs(p - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above[x] : corner;
}

function distance(a, b) {
  const [r, g, u] = [(a >> 16) - (b >> 16), ((a >> 8) & 255) - ((b >> 8) & 255), (a & 255) - (b & 255)];
  return 2 * r * r + 4 * g * g + u * u;
}

// The most frequent colours that are not too close to one another, then every colour's nearest.
function palette(out, most) {
  const counts = new Map();
  for (const colour of out) counts.set(colour, (counts.get(colour) ?? 0) + 1);
  const frequent = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  const chosen = [];
  for (const near of [900, 200, 0]) {
    for (const colour of frequent) {
      if (chosen.length >= most) break;
      if (!chosen.some((c) => distance(c, colour) <= near)) chosen.push(colour);
    }
  }
  const nearest = new Map();
  for (const colour of frequent) {
    let best = 0;
    for (let i = 1; i < chosen.length; i += 1) {
      if (distance(chosen[i], colour) < distance(chosen[best], colour)) best = i;
    }
    nearest.set(colour, best);
  }
  return { chosen, nearest };
}

export function shrink(png, most = 256) {
  const { width, height, out } = pixels(png);
  const { chosen, nearest } = palette(out, most);
  const raw = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) raw[y * (width + 1) + 1 + x] = nearest.get(out[y * width + x]);
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(chosen.flatMap((c) => [c >> 16, (c >> 8) & 255, c & 255]));
  return Buffer.concat([
    SIGNATURE, chunk('IHDR', head), chunk('PLTE', colours),
    chunk('IDAT', deflateSync(raw, { level: 9, memLevel: 9 })), chunk('IEND', Buffer.alloc(0)),
  ]);
}
