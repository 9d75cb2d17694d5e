// Starts the demonstration and stops it: used by the demo smoke test and by the browser tests.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

// PORTIQUE_… variables are settings of the gateway, and an unknown one is fatal: none of ours gets through.
const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PORTIQUE_')));

const START_LIMIT = 120_000;
const STOP_LIMIT = 5_000;

// `portique demo --json` on a folder; resolves with what its first line says.
export async function startDemo({ binary, data, args = [] }) {
  const began = Date.now();
  const child = spawn(binary, ['demo', '--data', data, '--port', '0', '--json', ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve) => { child.on('exit', (code, signal) => resolve({ code, signal })); });
  const gone = () => child.kill('SIGKILL');
  process.once('exit', gone);
  let errors = '';
  child.stderr.on('data', (text) => { errors = (errors + text).slice(-8_000); });

  const lines = createInterface({ input: child.stdout });
  const first = new Promise((resolve) => { lines.once('line', resolve); });
  const late = new Promise((resolve) => { setTimeout(resolve, START_LIMIT, null).unref(); });
  const line = await Promise.race([first, ended.then(() => null), late]);
  const fail = (why) => {
    child.kill('SIGKILL');
    throw new Error(`portique demo ${why}\n${errors}`);
  };
  if (line === null) fail('said nothing');
  let hello;
  try {
    hello = JSON.parse(line);
  } catch {
    fail(`--json began with: ${line}`);
  }
  return {
    hello,
    child,
    seconds: (Date.now() - began) / 1000,
    errors: () => errors,
    ended,
    // SIGTERM, and five seconds to obey.
    async stop() {
      const asked = Date.now();
      child.kill('SIGTERM');
      const slow = new Promise((resolve) => { setTimeout(resolve, STOP_LIMIT, null).unref(); });
      const end = await Promise.race([ended, slow]);
      process.removeListener('exit', gone);
      if (end === null) fail(`does not stop within ${STOP_LIMIT} ms of SIGTERM`);
      return { ...end, seconds: (Date.now() - asked) / 1000 };
    },
  };
}

// One command, to its end.
export async function command(binary, args, { limit = 60_000 } = {}) {
  const child = spawn(binary, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (text) => { out += text; });
  child.stderr.on('data', (text) => { err += text; });
  const timer = setTimeout(() => child.kill('SIGKILL'), limit);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  clearTimeout(timer);
  return { code, out, err };
}
