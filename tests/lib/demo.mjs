#!/usr/bin/env node
// Smoke test of `portique demo`: starts, answers, obeys, keeps its people, refuses what it must.
// Usage: node tests/lib/demo.mjs target/release/portique

import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { command, startDemo } from './server.mjs';

const binary = resolve(process.argv[2] ?? 'target/release/portique');
const folder = mkdtempSync(join(tmpdir(), 'portique-demo-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
const data = join(folder, 'data');
let [passed, failed] = [0, 0];

async function check(name, act) {
  try {
    const note = await act();
    passed += 1;
    console.log(`ok      ${name}${note ? ` (${note})` : ''}`);
  } catch (fault) {
    failed += 1;
    console.log(`FAILED  ${name}\n        ${String(fault.message).split('\n').slice(0, 12).join('\n        ')}`);
  }
}

function expect(holds, message) {
  if (!holds) throw new Error(message);
}

const HEADERS = {
  'content-security-policy': "default-src 'none'",
  'x-frame-options': 'DENY',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-store',
};

// What somebody at a terminal reads: words, and no Rust in them.
function plainMessage({ code, out, err }) {
  const said = `${out}${err}`.trim();
  expect(code === 1, `exit code ${code}, said: ${said}`);
  expect(said !== '' && said.length < 1_500, `said ${said.length} characters`);
  const rust = /panicked|RUST_BACKTRACE|Os \{|Error\(|::/.exec(said);
  expect(rust === null, `the message shows its inside: ${said}`);
  return said.split('\n')[0];
}

async function whileItRuns({ hello }) {
  const get = (path, base = hello.address) => fetch(new URL(path, base), { redirect: 'manual' });
  await check('the first line tells address, management, three letters and the link of the administrator', () => {
    expect(/^http:\/\/(127\.0\.0\.1|localhost|\[::1\]):\d+\/?$/.test(hello.address), `address: ${hello.address}`);
    expect(/^(http:\/\/)?(127\.0\.0\.1|localhost|\[::1\]):\d+/.test(hello.management), `management: ${hello.management}`);
    const who = hello.letters.map((letter) => letter.who);
    expect(['pupil', 'parent', 'teacher'].every((each) => who.includes(each)), `letters for ${who.join(', ')}`);
    for (const letter of hello.letters) {
      const whole = letter.name && letter.username && letter.code && /^\d{4}-\d\d-\d\d$/.test(letter.birth_date);
      expect(whole, `a letter lacks something: ${Object.entries(letter).filter(([, value]) => !value).map(([key]) => key)}`);
    }
    expect(hello.admin_link?.startsWith(hello.address.replace(/\/$/, '')), 'the link of the administrator leads elsewhere');
  });
  const management = /^http/.test(hello.management) ? hello.management : `http://${hello.management}`;
  for (const path of ['/health/live', '/health/ready', '/health/startup']) {
    await check(`${path} is 200 on the management port, and absent in public`, async () => {
      const answer = await get(path, management);
      expect(answer.status === 200, `answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
      expect((await get(path)).status === 404, 'the public port answers it too');
    });
  }
  await check('/metrics speaks on the management port', async () => {
    const answer = await get('/metrics', management);
    expect(answer.status === 200 && (await answer.text()).includes('# TYPE'), `answered ${answer.status}`);
  });
  await check('/login is 200 with the security headers', async () => {
    const answer = await get('/login');
    expect(answer.status === 200, `answered ${answer.status}`);
    const missing = Object.entries(HEADERS).filter(([name, part]) => !(answer.headers.get(name) ?? '').includes(part));
    expect(missing.length === 0, missing.map(([name]) => `${name}: ${answer.headers.get(name)}`).join('\n'));
    expect(!answer.headers.has('server') && !answer.headers.has('x-powered-by'), 'it names its software');
  });
  await check('a second process on the same folder is told so', async () => {
    return plainMessage(await command(binary, ['demo', '--data', data, '--port', '0'], { limit: 30_000 }));
  });
  await check('a busy port is told so', async () => {
    const busy = createServer().listen(0, '127.0.0.1');
    await new Promise((done) => { busy.once('listening', done); });
    const { port } = busy.address();
    try {
      const ended = await command(binary, ['demo', '--data', join(folder, 'other'), '--port', String(port)], { limit: 120_000 });
      const said = plainMessage(ended);
      expect(`${ended.out}${ended.err}`.includes(String(port)), `the message does not name the port: ${said}`);
      return said;
    } finally {
      busy.close();
    }
  });
  const told = async (...args) => {
    const { code, out, err } = await command(binary, [...args, '--data', data, '--json']);
    expect(code === 0, `exit code ${code}: ${err || out}`);
    return JSON.parse(out);
  };
  await check('journal verify, through the running process', () => told('journal', 'verify').then(() => ''));
  await check('account show, through the running process', async () => {
    const said = JSON.stringify(await told('account', 'show', hello.letters[0].username));
    expect(said.includes(hello.letters[0].username), said);
    expect(!said.includes(hello.letters[0].code), 'the code of the letter is shown again');
  });
  await check('session list, feed status, charter status', async () => {
    await told('feed', 'status');
    await told('charter', 'status');
    await told('session', 'list', hello.letters[0].username);
  });
  await check('doctor finds nothing wrong', async () => {
    const { out } = await command(binary, ['doctor', '--data', data, '--json']);
    // How full the disk of this machine is says nothing about the product.
    const wrong = JSON.parse(out).checks.filter((one) => !one.ok && !one.check.startsWith('disk'));
    expect(wrong.length === 0, JSON.stringify(wrong));
  });
  await check('--help is complete and wrong usage is exit code 2', async () => {
    const help = await command(binary, ['demo', '--help']);
    for (const word of ['--data', '--port', '--json', '--reset']) expect(help.out.includes(word), `--help lacks ${word}`);
    const wrong = await command(binary, ['demo', '--no-such-option']);
    expect(wrong.code === 2, `exit code ${wrong.code}`);
  });
}

async function start(name, args = []) {
  let demo;
  await check(name, async () => {
    demo = await startDemo({ binary, data, args });
    return `${demo.seconds.toFixed(1)} s`;
  });
  return demo;
}

async function stop(demo) {
  await check('SIGTERM ends it with exit code 0', async () => {
    const end = await demo.stop();
    expect(end.code === 0, `exit code ${end.code}, signal ${end.signal}\n${demo.errors()}`);
    return `${end.seconds.toFixed(2)} s`;
  });
}

const names = (demo) => demo.hello.letters.map((letter) => `${letter.who} ${letter.name} ${letter.username}`).sort().join('; ');

const first = await start('the demonstration starts on an empty folder');
if (first) {
  await whileItRuns(first);
  await stop(first);
  await check('serve refuses the folder of a demonstration', async () => {
    return plainMessage(await command(binary, ['serve', '--data', data], { limit: 30_000 }));
  });
  const second = await start('it starts again on the same folder');
  if (second) {
    await check('the people stay', () => expect(names(second) === names(first), `${names(first)}\n${names(second)}`));
    await stop(second);
  }
  const third = await start('--reset starts anew', ['--reset']);
  if (third) {
    await check('after --reset the people are the same and every code is fresh', () => {
      expect(names(third) === names(first), `${names(first)}\n${names(third)}`);
      const codes = new Set([...first.hello.letters, ...third.hello.letters].map((letter) => letter.code));
      expect(codes.size === first.hello.letters.length + third.hello.letters.length, 'a code came back');
      expect(third.hello.admin_link.split('/').pop() !== first.hello.admin_link.split('/').pop(), 'the link came back');
    });
    await stop(third);
  }
}
console.log('');
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
