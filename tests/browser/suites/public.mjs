// Pages for everybody: homes, choice of a desk, forms, legal pages, error pages.

import { Visitor, plain } from '../lib/browser.mjs';
import { look } from '../lib/look.mjs';
import { expect, same } from '../lib/report.mjs';

export const PAGES = [
  ['/accueil', 'home', 'accueil'],
  ['/login', 'login choice', 'qui-etes-vous'],
  ['/login/eleve', 'login of pupils', 'connexion'],
  ['/login/parent', 'login of parents'],
  ['/login/personnel', 'login of staff'],
  ['/activate', 'activation 1: code', 'activation-1-code'],
  ['/forgot', 'forgotten password', 'mot-de-passe-oublie'],
  ['/forgot/login', 'forgotten login'],
  ['/forgot/sent', 'after an ask', 'regardez-vos-messages'],
  ['/status', 'status', 'etat'],
  ['/aide', 'help', 'aide'],
  ['/privacy', 'privacy', 'donnees'],
  ['/cookies', 'cookies', 'cookies'],
  ['/legal', 'legal', 'mentions-legales'],
  ['/accessibilite', 'accessibility', 'accessibilite'],
  ['/plan', 'site map', 'plan'],
];

const HEADERS = {
  'x-content-type-options': /^nosniff$/,
  'x-frame-options': /^DENY$/,
  'referrer-policy': /^no-referrer$/,
  'content-security-policy': /default-src 'none'.*frame-ancestors 'none'/,
  'cross-origin-opener-policy': /^same-origin$/,
  'cross-origin-resource-policy': /^same-origin$/,
};

export async function publicPages(run) {
  const visitor = await Visitor.arrive(run);
  const { page } = visitor;
  const titles = new Map();
  for (const [path, name, shot] of PAGES) {
    const answer = await visitor.open(path);
    await run.report.check(`${name}: security headers`, () => {
      const headers = answer.headers();
      const bad = Object.entries(HEADERS).filter(([key, wanted]) => !wanted.test(headers[key] ?? ''));
      expect(bad.length === 0, () => bad.map(([key]) => `${key}: ${headers[key]}`).join('\n'));
    });
    titles.set(path, await page.title());
    await look(visitor, name, { shot });
  }
  await run.report.check('each public page has a title of its own', () => {
    const all = [...titles.values()];
    same(all.filter((title, i) => all.indexOf(title) !== i), [], 'titles given twice');
  });
  await establishment(visitor);
  await links(visitor);
  await errors(visitor);
  await visitor.leave('public pages');
}

async function establishment(visitor) {
  await visitor.open('/');
  await visitor.run.report.check('a stranger at the door is led to the home', () => {
    same(new URL(visitor.page.url()).pathname, '/accueil', 'address');
  });
  const first = visitor.page.locator('section[aria-labelledby=etablissements] li a').first();
  const name = plain(await first.innerText());
  await visitor.press(first);
  await visitor.run.report.check('an establishment has a public home', () => visitor.says(name));
  await look(visitor, 'home of an establishment', { shot: 'etablissement' });
}

// Every link of every public page leads to a page of ours.
async function links(visitor) {
  const seen = new Map();
  for (const [path] of PAGES) {
    await visitor.open(path);
    for (const href of await visitor.page.locator('a[href^="/"]').evaluateAll((all) => all.map((a) => a.getAttribute('href')))) {
      if (!seen.has(href)) seen.set(href, path);
    }
  }
  await visitor.run.report.check('no public link is broken', async () => {
    const broken = [];
    for (const [href, from] of seen) {
      const answer = await visitor.context.request.get(href.split('#')[0]);
      if (answer.status() >= 400) broken.push(`${href} on ${from}: ${answer.status()}`);
    }
    same(broken, [], 'broken links');
    return `${seen.size} addresses`;
  });
}

async function errors(visitor) {
  const { page, run } = visitor;
  const parts = ["Ce qui s'est passé", 'Ce que vous pouvez faire maintenant', 'Qui peut vous aider'];
  const four = (name) => run.report.check(`${name}: says what happened, what to do, who can help`, () => visitor.says(parts));
  await visitor.open('/cette-page-nexiste-pas', 404);
  await four('error 404');
  await run.report.check('error 404: repeats nothing of the address', async () => {
    await visitor.open('/xyzzyx?q=xyzzyx', 404);
    const inWords = (await page.locator('main').innerText()).includes('xyzzyx');
    expect(!inWords, 'the address is on the page');
  });
  await look(visitor, 'error 404', { shot: 'erreur-404' });
  await visitor.open('/status');
  visitor.expected.add(405);
  const answer = page.waitForResponse((r) => r.request().method() === 'POST');
  await page.evaluate(() => {
    const form = document.body.appendChild(document.createElement('form'));
    Object.assign(form, { method: 'post', action: '/status' });
    form.submit();
  });
  await run.report.check('a form sent to a page that only reads is answered 405', async () => same((await answer).status(), 405, 'status'));
  await page.waitForLoadState('load');
  await four('error 405');
  await look(visitor, 'error 405', { shot: 'erreur-405' });
  for (const path of ['/register', '/signup', '/inscription', '/users/new']) {
    await run.report.check(`nobody signs up by himself at ${path}`, () => visitor.open(path, 404));
  }
}
