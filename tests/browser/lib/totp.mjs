// The six digits of an authenticator application (RFC 6238: SHA-1, 30 seconds).

import { createHmac } from 'node:crypto';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function totp(secret, now = Date.now()) {
  const bits = [...secret.toUpperCase().replace(/[^A-Z2-7]/g, '')].map((c) => ALPHABET.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const mac = createHmac('sha1', key).update(counter).digest();
  const at = mac[19] & 15;
  return String((mac.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

// A code serves once: a second login within the same half minute waits for the next one.
export async function freshTotp(person) {
  let code = totp(person.totp_secret);
  while (code === person.totp_last) {
    await new Promise((resolve) => { setTimeout(resolve, 500); });
    code = totp(person.totp_secret);
  }
  person.totp_last = code;
  return code;
}
