// J1 again with script disabled: a parent, who gives a child's birth date, then a teacher.

import { Visitor } from '../lib/browser.mjs';
import { look } from '../lib/look.mjs';
import { fillLetter, goThrough, login, logout, mainButton } from '../lib/people.mjs';
import { expect, same } from '../lib/report.mjs';

export async function noScript(run) {
  for (const [who, desk] of [['parent', '/login/parent'], ['teacher', '/login/personnel']]) {
    await without(run, who, desk);
  }
}

async function without(run, who, desk) {
  const person = run.people.of(who);
  const visitor = await Visitor.arrive(run, { script: false });
  const { page } = visitor;
  const { report } = run;
  if (!person.password) {
    await visitor.open('/');
    await visitor.press(page.locator('main a[href="/activate"]'));
    await fillLetter(visitor, person);
    await visitor.press(mainButton(visitor, '/activate'));
    const steps = await goThrough(visitor, person, async (step) => {
      await look(visitor, `${who} without script, ${step}`);
      await report.check(`${who} without script, ${step}: no button waits for a script`, async () => {
        const dead = await page.locator('button[type=button]:visible').count();
        same(dead, 0, 'buttons that do nothing');
      });
    });
    await report.check(`${who} without script: the steps come in the order of J1`, () => {
      same(steps, ['/activate/confirm', '/charter', '/activate/password', 'done'], 'steps');
    });
  } else {
    await login(visitor, person, { path: desk });
  }
  await report.check(`${who} without script: is in`, () => visitor.says('Bonjour'));
  if (who === 'parent') {
    await report.check('the parent sees her children', async () => {
      const cards = await page.locator('section[aria-labelledby=enfants] article').count();
      expect(cards > 0, 'no child on the page');
      return `${cards}`;
    });
  }
  await look(visitor, `${who} without script, portal`);
  await report.check(`${who} without script: sees the sessions`, async () => {
    await visitor.open('/sessions');
    await visitor.says('Cet appareil');
  });
  await report.check(`${who} without script: logs out`, () => logout(visitor));
  await report.check(`${who} without script: logs in again, by the desks`, async () => {
    await visitor.open('/login');
    await visitor.press(page.locator(`main a[href^="${desk}"]`));
    await page.locator('[name=username]:visible').fill(person.username);
    await page.locator('[name=password]').fill(person.password);
    await visitor.press(mainButton(visitor, '/login'));
    await visitor.says('Bonjour');
  });
  await report.check(`${who} without script: the desk chosen last comes first`, async () => {
    await logout(visitor);
    await visitor.open('/login');
    const first = await page.locator('ul.choices a').first().getAttribute('href');
    expect(first.startsWith(desk), `the first is ${first}`);
  });
  await visitor.leave(`${who} without script`);
}
