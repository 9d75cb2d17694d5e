// axe-core, injected through the debug protocol so that the page's own policy stays as it is.

import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { expect } from './report.mjs';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export async function audit(page) {
  const loaded = await page.evaluate(() => typeof globalThis.axe === 'object');
  if (!loaded) await page.evaluate(source);
  const found = await page.evaluate(async (tags) => {
    const options = { runOnly: { type: 'tag', values: tags }, resultTypes: ['violations'] };
    const { violations, passes } = await globalThis.axe.run(document, options);
    const rows = violations.map(({ id, impact, help, nodes }) => ({
      id, impact, help, nodes: nodes.map(({ target, html }) => `${target.join(' ')}  ${html.slice(0, 140)}`).slice(0, 4),
    }));
    return { rows, looked: passes.length + violations.length };
  }, TAGS);
  expect(found.looked > 5, `axe looked at ${found.looked} rules only`);
  expect(found.rows.length === 0, () => found.rows
    .map((row) => `${row.id} (${row.impact}): ${row.help}\n  ${row.nodes.join('\n  ')}`).join('\n'));
}

// Every fold opened: what hides in them is a page too.
export function unfold(page, open) {
  return page.evaluate((wanted) => {
    for (const fold of document.querySelectorAll('details')) fold.open = wanted;
  }, open);
}
