// What suites of the console share: administrators who are invited, and pages looked at without script.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor } from './browser.mjs';
import { look } from './look.mjs';
import { goThrough } from './people.mjs';
import { expect, same } from './report.mjs';

export const LIST = '/admin/partners';
export const HABILITATIONS = '/admin/habilitations';
// A group that no other suite gives.
export const GROUP = 'essai-navigateur';

// A new administrator with some powers, in the console for the first time.
export async function invited(run, first, perimeter, actions) {
  const person = await run.desk.invite(first, 'Essai', perimeter, actions);
  const visitor = await Visitor.arrive(run);
  await visitor.open(person.link);
  await goThrough(visitor, person);
  return [visitor, person.username];
}

// The same page without script: what it says, what it fits, and that no button waits for a script.
export async function alsoWithout(visitor, path, name) {
  const bare = await visitor.twin({ script: false });
  await bare.open(path);
  await look(bare, `${name}, without script`, { expert: true });
  await visitor.run.report.check(`${name}, without script: no button waits for a script`, async () => {
    same(await bare.page.locator('button[type=button]:visible').count(), 0, 'buttons that do nothing');
  });
  await bare.leave(`${name}, without script`);
}

// What her menu offers.
export function menuOf(visitor) {
  return visitor.page.locator('nav a[href^="/admin"]').evaluateAll((links) => [...new Set(links.map((a) => a.getAttribute('href')))]);
}

// The establishment of the pupil subscribes to the textbook of the demonstration.
export function schoolOf(run) {
  const uai = /\b\d{7}[A-Z]\b/.exec(readFileSync(join(run.desk.data, 'resources.toml'), 'utf8'))?.[0];
  expect(uai, 'the file of resources names no establishment');
  return uai;
}
