// The people of the demonstration: what stands on their letters, and what they chose since.

import { readFileSync, writeFileSync } from 'node:fs';
import { expect, same } from './report.mjs';
import { freshTotp } from './totp.mjs';

export class People {
  constructor(path, letters, adminLink) {
    this.path = path;
    this.letters = letters;
    this.admin = { who: 'admin', link: adminLink, ...(letters.find((letter) => letter.who === 'admin') ?? {}) };
  }

  // From the file: an array of letters, or the whole line that `portique demo --json` prints.
  static read(path, adminLink) {
    const told = JSON.parse(readFileSync(path, 'utf8'));
    const letters = Array.isArray(told) ? told : told.letters;
    return new People(path, letters, adminLink ?? told.admin_link);
  }

  of(who) {
    if (who === 'admin') return this.admin;
    const found = this.letters.find((letter) => letter.who === who);
    expect(found, `no letter for ${who}`);
    return found;
  }

  // Passwords chosen in this run go beside the letters, so that `--grep` can go on where it was.
  keep() {
    const others = this.letters.filter((letter) => letter.who !== 'admin');
    writeFileSync(this.path, `${JSON.stringify([...others, this.admin], null, 2)}\n`);
  }
}

export async function fillLetter({ page }, letter, { code = letter.code, date = letter.birth_date } = {}) {
  const [year, month, day] = date.split('-');
  await page.locator('[name=username]:visible').fill(letter.username);
  await page.locator('[name=code]').fill(code);
  await page.locator('[name=birth_day]').fill(String(Number(day)));
  await page.locator('[name=birth_month]').fill(String(Number(month)));
  await page.locator('[name=birth_year]').fill(year);
}

export function mainButton({ page }, action) {
  return page.locator(`form[action="${action}"] button.wide:not(.alt)`);
}

// Which step of the hub is on the screen, told by its form; `null` when it is none.
export async function stepOf({ page }) {
  const actions = await page.locator('main form').evaluateAll((forms) => forms.map((form) => form.getAttribute('action')));
  const known = ['/activate', '/activate/confirm', '/charter', '/activate/password', '/second-factor/enrol', '/second-factor', '/invitation', '/login'];
  const found = known.find((action) => actions.includes(action));
  if (found) return found;
  return (await page.locator('main p.phrase').count()) > 0 ? 'done' : null;
}

const acts = {
  '/activate/confirm': (visitor) => visitor.press(visitor.page.locator('button[value=yes]')),
  '/invitation': (visitor) => visitor.press(mainButton(visitor, '/invitation')),
  '/charter': async (visitor) => {
    await visitor.page.locator('#accord').check();
    await visitor.press(mainButton(visitor, '/charter'));
  },
  '/activate/password': async (visitor, person) => {
    person.password = (await visitor.page.locator('output.phrase').innerText()).trim();
    await visitor.page.locator('#motdepasse').fill(person.password);
    await visitor.press(mainButton(visitor, '/activate/password'));
  },
  '/second-factor/enrol': async (visitor, person) => {
    person.totp_secret = (await visitor.page.locator('[aria-labelledby=cle]').innerText()).replace(/\s/g, '');
    await visitor.page.locator('#code').fill(await freshTotp(person));
    await visitor.press(mainButton(visitor, '/second-factor/enrol'));
  },
  '/second-factor': async (visitor, person) => {
    await visitor.page.locator('#code').fill(await freshTotp(person));
    await visitor.press(mainButton(visitor, '/second-factor'));
  },
  done: async (visitor, person) => {
    person.username ??= (await visitor.page.locator('main p.phrase').innerText()).trim();
    await visitor.press(visitor.page.locator('main a.btn.wide'));
  },
};

// Goes through the hub, whatever it asks; returns the steps in the order in which they came.
// `at(step)` is called on each page before it is answered.
export async function goThrough(visitor, person, at = async () => {}) {
  const steps = [];
  for (;;) {
    const step = await stepOf(visitor);
    if (step === null || step === '/login' || step === '/activate') return steps;
    expect(steps.length < 10, `the hub never ends: ${steps.join(', ')}`);
    steps.push(step);
    await at(step);
    await acts[step](visitor, person);
    visitor.run.people.keep();
  }
}

export async function login(visitor, person, { path = '/login/eleve', password = person.password, status = 200 } = {}) {
  await visitor.open(path);
  await visitor.page.locator('[name=username]:visible').fill(person.username);
  await visitor.page.locator('[name=password]').fill(password);
  await visitor.press(mainButton(visitor, '/login'), status);
}

const DESKS = { pupil: '/login/eleve', parent: '/login/parent', teacher: '/login/personnel', admin: '/login/personnel' };

// Somebody who is in: logs in, or activates first when this run has not done so yet.
export async function enter(visitor, who) {
  const person = visitor.run.people.of(who);
  if (person.password) {
    await login(visitor, person, { path: DESKS[who] });
  } else if (who === 'admin') {
    await visitor.open(person.link);
  } else {
    await visitor.open('/activate');
    await fillLetter(visitor, person);
    await visitor.press(mainButton(visitor, '/activate'));
  }
  await goThrough(visitor, person);
  same(new URL(visitor.page.url()).pathname, '/', `where ${who} ends`);
  return person;
}

export async function logout(visitor) {
  await visitor.press(visitor.page.locator('form.out button'));
  await visitor.says('Vous êtes déconnecté');
}
