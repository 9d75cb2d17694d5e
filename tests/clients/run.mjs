#!/usr/bin/env node
// Real clients log a pupil in and out of a real gateway over TLS, in real Chromium.
// Usage: node tests/clients/run.mjs --binary target/release/portique [--grep TEXT]

import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeAuthority } from './lib/authority.mjs';

const { values } = parseArgs({
  options: { binary: { type: 'string' }, grep: { type: 'string', default: '' }, folder: { type: 'string' } },
});
if (!values.binary) {
  console.error('usage: node tests/clients/run.mjs --binary FILE [--grep TEXT]');
  process.exit(2);
}

// Node reads its authorities at its start, so the run is a process of its own once there is one.
if (!values.folder) {
  const folder = mkdtempSync(join(tmpdir(), 'portique-clients-'));
  let status = 1;
  try {
    const { ca } = makeAuthority(folder);
    const args = [import.meta.filename, ...process.argv.slice(2), '--folder', folder];
    status = spawnSync(process.execPath, args, { stdio: 'inherit', env: { ...process.env, NODE_EXTRA_CA_CERTS: ca } }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(status);
}

const { launch, Visitor } = await import('../browser/lib/browser.mjs');
const { enter, logout, People } = await import('../browser/lib/people.mjs');
const { Report } = await import('../browser/lib/report.mjs');
const { Gateway } = await import('./lib/gateway.mjs');
const suites = await Promise.all(['openid-client', 'mod_auth_openidc'].map((name) => import(`./clients/${name}.mjs`)));

const at = (name) => join(values.folder, name);
const tls = { ca: at('ca.pem'), certificate: at('tls.pem'), key: at('tls.key') };
const report = new Report();
const gateway = await Gateway.make({ binary: resolve(values.binary), folder: values.folder, tls });
const run = { report, gateway, seenCookies: [], url: gateway.url };
run.people = new People(at('letters.json'), [await gateway.pupil()], null);
await gateway.serve();
const chromium = await launch();
// The browser is not what is tried here: the clients check certificates themselves.
run.browser = {
  newContext: (options) => chromium.newContext({ ...options, ignoreHTTPSErrors: true }),
};
// First access: the letter, the charter, the password. The clients meet somebody who has an account.
const newcomer = await Visitor.arrive(run);
await enter(newcomer, 'pupil');
await logout(newcomer);
await newcomer.context.close();
for (const { name, suite, isThere = () => true } of suites) {
  if (!name.includes(values.grep)) continue;
  if (isThere()) await report.suite(name, () => suite(run));
  else await report.check(`${name} is installed`, () => { throw new Error('it is not there: tests/run installs it'); });
}
await chromium.close();
await gateway.stop();
process.exitCode = report.end();
