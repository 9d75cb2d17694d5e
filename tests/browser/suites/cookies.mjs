// Every cookie set in this run stands on the page /cookies, with the attributes that the registry promises.

import { Visitor } from '../lib/browser.mjs';
import { enter } from '../lib/people.mjs';
import { expect } from '../lib/report.mjs';

// Set in a cluster, for another site's forms or for a tracker: the demonstration has none.
const ONLY_ELSEWHERE = ['__Host-node', '__Host-xs-', '__Host-bandeau'];
const HALF_A_YEAR = 184 * 24 * 3600;

// The beginning of a name that ends in something variable on the page, such as `__Host-flow-<id>`.
const stem = (name) => name.replace(/(…|\.\.\.|\*|<.*>)$/, '');

function parse(line) {
  const [pair, ...attributes] = line.split(';').map((part) => part.trim());
  const found = new Map(attributes.map((part) => {
    const [key, ...value] = part.split('=');
    return [key.toLowerCase(), value.join('=')];
  }));
  return { name: pair.slice(0, pair.indexOf('=')), value: pair.slice(pair.indexOf('=') + 1), found };
}

export async function cookies(run) {
  const { report } = run;
  const visitor = await Visitor.arrive(run);
  await visitor.open('/login/eleve');
  await visitor.press(visitor.page.locator('form[action="/preferences"] button[value=sombre]'));
  await enter(visitor, 'parent');
  await visitor.open('/cookies');
  const rows = (await visitor.page.locator('tbody th[scope=row]').allInnerTexts()).map((name) => stem(name.trim()));
  const seen = run.seenCookies.map(parse);
  const names = [...new Set(seen.map((cookie) => cookie.name))];
  await report.check('each cookie seen is in the registry', () => {
    const strange = names.filter((name) => !rows.some((row) => (row.endsWith('-') ? name.startsWith(row) : name === row)));
    expect(strange.length === 0, () => `not on /cookies: ${strange.join(', ')}\nthe page lists: ${rows.join(', ')}`);
    return `${new Set(names.map((name) => rows.find((row) => name.startsWith(row)))).size} kinds`;
  });
  await report.check('each cookie of the registry was seen, but those of other settings', () => {
    const unseen = rows.filter((row) => !names.some((name) => name.startsWith(row)) && !ONLY_ELSEWHERE.includes(row));
    expect(unseen.length === 0, `never set: ${unseen.join(', ')}`);
  });
  await report.check('each cookie is Secure, HttpOnly, host-only, for the whole site, Lax, and short-lived', () => {
    const bad = new Set();
    for (const { name, found } of seen) {
      const site = name.startsWith('__Host-xs-') ? 'none' : 'lax';
      const holds = name.startsWith('__Host-') && found.has('secure') && found.has('httponly') && !found.has('domain')
        && found.get('path') === '/' && (found.get('samesite') ?? '').toLowerCase() === site
        && Number(found.get('max-age') ?? 0) <= HALF_A_YEAR;
      if (!holds) bad.add(`${name}: ${[...found].map((pair) => pair.join('=')).join('; ')}`);
    }
    expect(bad.size === 0, () => [...bad].join('\n'));
  });
  await report.check('the browser itself holds nothing else', async () => {
    const held = (await visitor.context.cookies()).map((cookie) => cookie.name);
    const stored = await visitor.page.evaluate(() => localStorage.length + sessionStorage.length);
    expect(stored === 0, `${stored} entries of storage`);
    expect(held.every((name) => rows.some((row) => name.startsWith(row))), held.join(', '));
  });
  await visitor.leave('cookies');
}
