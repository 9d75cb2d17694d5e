#!/usr/bin/env node
// Runs the suites one after the other against one demonstration. See `--help`.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { startDemo } from '../lib/server.mjs';
import { readArgs, USAGE } from './lib/args.mjs';
import { launch } from './lib/browser.mjs';
import { Desk } from './lib/desk.mjs';
import { People } from './lib/people.mjs';
import { Report } from './lib/report.mjs';
import suites from './suites/all.mjs';

async function main(asked) {
  const folder = mkdtempSync(join(tmpdir(), 'portique-browser-'));
  const forget = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', forget);
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  const leave = [];
  const report = new Report();
  try {
    const run = { report, seenCookies: [], screens: asked.screens && resolve(asked.screens), whole: asked.whole };
    if (asked.binary) {
      const demo = await startDemo({ binary: resolve(asked.binary), data: join(folder, 'data') });
      let stopping = false;
      leave.unshift(() => {
        stopping = true;
        return report.check('the demonstration ends when asked', () => demo.stop().then(() => {}));
      });
      demo.ended.then((end) => {
        if (!stopping) console.log(`\nThe demonstration ended by itself: ${JSON.stringify(end)}\n${demo.errors()}\n`);
      });
      run.url = demo.hello.address;
      run.application = demo.hello.application;
      run.desk = new Desk(resolve(asked.binary), join(folder, 'data'));
      run.people = new People(join(folder, 'letters.json'), demo.hello.letters, demo.hello.admin_link);
    } else {
      run.url = asked.url;
      run.people = People.read(asked.letters, asked['admin-link']);
    }
    run.url = run.url.replace(/\/$/, '');
    run.browser = await launch();
    leave.unshift(() => run.browser.close());
    for (const [name, suite] of suites) {
      if (name.includes(asked.grep)) await report.suite(name, () => suite(run));
    }
  } finally {
    for (const act of leave) await Promise.resolve().then(act).catch((fault) => console.error(fault.message));
  }
  return report.end();
}

try {
  const asked = readArgs(process.argv.slice(2));
  if (asked.help) console.log(USAGE);
  else if (asked.list) console.log(suites.map(([name]) => name).join('\n'));
  else process.exitCode = await main(asked);
} catch (fault) {
  console.error(fault.code?.startsWith('ERR_PARSE_ARGS') || fault.message?.startsWith('either') ? `${fault.message}\n\n${USAGE}` : fault.stack);
  process.exitCode = fault.code?.startsWith('ERR_PARSE_ARGS') || fault.message?.startsWith('either') ? 2 : 1;
}
