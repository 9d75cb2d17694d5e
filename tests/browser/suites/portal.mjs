// The space of each person, and what is not for them.

import { Visitor } from '../lib/browser.mjs';
import { look } from '../lib/look.mjs';
import { enter } from '../lib/people.mjs';
import { expect } from '../lib/report.mjs';

const PEOPLE = [['pupil', 'espace-eleve'], ['parent', 'espace-parent'], ['teacher', 'espace-enseignant']];

export async function portal(run) {
  for (const [who, shot] of PEOPLE) {
    const visitor = await Visitor.arrive(run);
    await enter(visitor, who);
    await look(visitor, `portal of the ${who}`, { shot });
    for (const lang of ['en', 'oc']) {
      await visitor.open(`/?lang=${lang}`);
      await look(visitor, `portal of the ${who}, ${lang}`, { lang, quick: true });
    }
    await visitor.open('/?lang=fr');
    if (who === 'pupil') await herPages(visitor);
    await noConsole(visitor, who);
    await visitor.leave(`portal of the ${who}`);
  }
}

async function herPages(visitor) {
  await visitor.open('/sessions');
  await look(visitor, 'sessions', { shot: 'connexions' });
  await visitor.open('/charter');
  await visitor.run.report.check('the charter accepted can be read again', () => visitor.says('J’ai accepté la version'));
  await look(visitor, 'charter accepted', { shot: 'charte' });
  await visitor.open('/me');
  await visitor.run.report.check('her data say where they come from', () => visitor.says('Donné par votre établissement'));
  await look(visitor, 'my data', { shot: 'mes-donnees' });
  for (const lang of ['en', 'oc']) {
    await visitor.open(`/me?lang=${lang}`);
    await look(visitor, `my data, ${lang}`, { lang, quick: true });
  }
  await visitor.open('/me?lang=fr');
  for (const path of ['/', '/sessions', '/charter', '/me']) {
    const answer = await visitor.open(path);
    await visitor.run.report.check(`${path} of a person is kept by no cache`, () => {
      const found = answer.headers()['cache-control'] ?? '';
      expect(found.includes('no-store'), `cache-control: ${found}`);
    });
  }
}

async function noConsole(visitor, who) {
  await visitor.run.report.check(`the console is not for the ${who}`, async () => {
    visitor.expected.add(403);
    visitor.expected.add(404);
    const answer = await visitor.page.goto('/admin');
    expect([403, 404].includes(answer.status()), `/admin answered ${answer.status()}`);
    const text = await visitor.page.locator('body').innerText();
    expect(!/console/i.test(await visitor.page.locator('nav').first().innerText().catch(() => '')), 'a link to the console');
    expect(text.length > 0, 'an empty page');
  });
  if (who === 'pupil') await look(visitor, 'error 403', { shot: 'erreur-403' });
}
