// What was asked on the command line.

import { parseArgs } from 'node:util';

export const USAGE = `Portique as people see it, in headless Chromium.

Usage: node run.mjs --url URL --letters FILE --admin-link URL [options]
       node run.mjs --binary target/release/portique [options]

  --url URL          a running demonstration
  --letters FILE     its letters as JSON: the array, or the whole line of "portique demo --json";
                     passwords chosen on the way are written back into it
  --admin-link URL   the one-time link of the first administrator (or admin_link in the file)
  --binary PATH      instead of the three: starts "portique demo" on a folder of its own, ends it after
  --grep WORD        only the suites whose name contains the word
  --screens DIR      also takes screenshots of the pages of people
  --whole            the screenshots show whole pages, not the first screen only
  --list             the names of the suites
  --help             this page

Exit status: 0 all hold, 1 something does not, 2 wrong usage.`;

export function readArgs(argv) {
  const { values } = parseArgs({
    args: argv,
    options: {
      url: { type: 'string' },
      letters: { type: 'string' },
      'admin-link': { type: 'string' },
      binary: { type: 'string' },
      grep: { type: 'string', default: '' },
      screens: { type: 'string' },
      whole: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const whole = values.binary || (values.url && values.letters);
  if (!whole && !values.list && !values.help) throw new Error('either --binary, or --url and --letters');
  return values;
}
