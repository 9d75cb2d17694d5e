// The machine of the demonstration: its commands, and the mails that it writes instead of sending them.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { command } from '../../lib/server.mjs';
import { expect } from './report.mjs';

const MAIL_LIMIT = 10_000;

export class Desk {
  constructor(binary, data) {
    this.binary = binary;
    this.data = data;
    this.read = new Set();
  }

  // One command through the running process, to its end; what it printed.
  async run(...args) {
    const { code, out, err } = await command(this.binary, [...args, '--data', this.data]);
    expect(code === 0, () => `portique ${args.join(' ')} ended with ${code}: ${err || out}`);
    return out;
  }

  // An administrator who has not come yet: somebody for `goThrough`.
  async invite(first, last, perimeter, actions) {
    const said = await this.run('admin', 'create', '--first', first, '--last', last, '--perimeter', perimeter,
      '--actions', actions.join(','), '--reason', 'essai', '--json');
    const { login, link } = JSON.parse(said);
    return { who: 'invited', username: login, link };
  }

  // Files of the folder that nobody has read yet.
  unread() {
    let names = [];
    try {
      names = readdirSync(join(this.data, 'mails'));
    } catch { /* Nothing was ever written. */ }
    return names.filter((name) => name.endsWith('.eml') && !this.read.has(name));
  }

  // The next mail to an address, read once. Its subject says which one is meant.
  async mail(to, subject) {
    const end = Date.now() + MAIL_LIMIT;
    const others = new Set();
    for (;;) {
      for (const name of this.unread()) {
        const mail = readMail(readFileSync(join(this.data, 'mails', name)));
        if (mail.to.includes(to) && mail.subject.includes(subject)) {
          this.read.add(name);
          return mail;
        }
        others.add(`${mail.to} « ${mail.subject} »`);
      }
      expect(Date.now() < end, `no mail « ${subject} » to ${to} within ${MAIL_LIMIT} ms; unread: ${[...others].join(', ') || 'none'}`);
      await new Promise((resolve) => { setTimeout(resolve, 100); });
    }
  }
}

function unquoted(text) {
  const bytes = text.replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}

function words(header) {
  return header.replace(/(\?=)\s+(=\?)/g, '$1$2').replace(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_, way, coded) => (
    way.toLowerCase() === 'b' ? Buffer.from(coded, 'base64').toString('utf8') : unquoted(coded.replace(/_/g, ' '))));
}

// A mail as one of a plain text with few headers is written (RFC 5322, 2045, 2047).
function readMail(bytes) {
  const raw = bytes.toString('latin1');
  const cut = raw.search(/\r?\n\r?\n/);
  const lines = raw.slice(0, cut).replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/);
  const headers = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]));
  const body = raw.slice(cut).trim();
  const text = {
    base64: () => Buffer.from(body, 'base64').toString('utf8'),
    'quoted-printable': () => unquoted(body),
  }[(headers.get('content-transfer-encoding') ?? '').toLowerCase()]?.() ?? Buffer.from(body, 'latin1').toString('utf8');
  return { to: headers.get('to') ?? '', subject: words(headers.get('subject') ?? ''), text: text.replace(/\r\n/g, '\n') };
}
