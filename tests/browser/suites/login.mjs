// Login and logout, and what a stranger may learn from them.

import { Visitor, plain } from '../lib/browser.mjs';
import { look } from '../lib/look.mjs';
import { enter, login as logIn, logout, mainButton } from '../lib/people.mjs';
import { expect, same } from '../lib/report.mjs';

const M01 = 'Identifiant ou mot de passe incorrect';

export async function login(run) {
  const { report } = run;
  const first = await Visitor.arrive(run);
  const pupil = await enter(first, 'pupil');
  await first.leave('the pupil enters');
  const visitor = await Visitor.arrive(run);
  const { page } = visitor;

  const wrong = async (username) => {
    for (const status of [400, 401, 403, 422, 429]) visitor.expected.add(status);
    await visitor.open('/login/eleve');
    await page.locator('[name=username]:visible').fill(username);
    await page.locator('[name=password]').fill('ce n’est pas celui-là');
    const answer = page.waitForResponse((r) => r.request().method() === 'POST');
    await mainButton(visitor, '/login').click();
    const status = (await answer).status();
    await page.waitForLoadState('load');
    return { status, title: await page.title(), text: plain(await page.locator('main').innerText()) };
  };
  let known;
  await report.check('a wrong password says M01, in the title too', async () => {
    known = await wrong(pupil.username);
    await visitor.says(M01);
    expect(known.title.startsWith('Erreur'), `title: ${known.title}`);
  });
  await look(visitor, 'login, wrong password', { shot: 'connexion-erreur' });
  await report.check('an unknown login gets the very same page', async () => {
    const unknown = await wrong('personne.inconnue');
    same(unknown, known, 'answer');
  });
  await report.check('after five mistakes a login waits, and M02 says how long', async () => {
    for (let tries = 0; tries < 7 && !(await page.title()).includes('Trop d’essais'); tries += 1) await wrong('quelqu.un');
    await visitor.says('Trop d’essais');
    expect(/Attendez (une|\d+) minute/.test(plain(await visitor.text())), plain(await visitor.text()).slice(0, 300));
  });
  await look(visitor, 'error: too many tries', { shot: 'erreur-m02' });
  await report.check('a page of login without its cookie opens nothing', async () => {
    await visitor.open('/login/eleve');
    await visitor.context.clearCookies();
    await page.locator('[name=username]:visible').fill(pupil.username);
    await page.locator('[name=password]').fill(pupil.password);
    for (let status = 400; status < 430; status += 1) visitor.expected.add(status);
    await mainButton(visitor, '/login').click();
    await page.waitForLoadState('load');
    const names = (await visitor.context.cookies()).map((cookie) => cookie.name);
    expect(!names.includes('__Host-portique'), `a session opened (${await visitor.where()})`);
  });
  await report.check('whoever comes for a page ends on that page', async () => {
    await visitor.open('/charter');
    await page.locator('main a, main form').first().waitFor();
    if (new URL(page.url()).pathname === '/login') await visitor.press(page.locator('ul.choices a').first());
    await page.locator('[name=username]:visible').fill(pupil.username);
    await page.locator('[name=password]').fill(pupil.password);
    await visitor.press(mainButton(visitor, '/login'));
    same(new URL(page.url()).pathname, '/charter', 'where the login ends');
  });
  await logouts(visitor, pupil);
  await visitor.leave('login and logout');
  await twoBrowsers(run, pupil);
}

async function logouts(visitor, pupil) {
  const { page, run } = visitor;
  const { report } = run;
  await visitor.open('/logout');
  await report.check('a logout by link asks first', () => visitor.says('Voulez-vous vous déconnecter ?'));
  await look(visitor, 'logout, asked', { shot: 'deconnexion' });
  await report.check('« Rester connecté » stays', async () => {
    await visitor.press(page.locator('main a.link'));
    await visitor.says('Bonjour');
  });
  await report.check('the button logs out', () => logout(visitor));
  await look(visitor, 'logged out', { shot: 'deconnecte' });
  await report.check('the next person finds no name in the form', async () => {
    await visitor.open('/login/eleve');
    same(await page.locator('[name=username]:visible').inputValue(), '', 'login');
  });
  await report.check('logging out twice says so', async () => {
    await logIn(visitor, pupil);
    const other = await visitor.context.newPage();
    await other.goto('/logout');
    await logout(visitor);
    await other.locator('main form button').click();
    await other.waitForLoadState('load');
    const text = await other.locator('main').innerText();
    expect(text.includes('Vous étiez déjà déconnecté'), text.slice(0, 200));
    await other.close();
  });
}

// What one browser closes, the other one loses at once.
async function twoBrowsers(run, pupil) {
  const [one, two] = [await Visitor.arrive(run), await Visitor.arrive(run, { width: 390 })];
  await logIn(one, pupil);
  await logIn(two, pupil);
  await run.report.check('a session is ended from another browser', async () => {
    await one.open('/sessions');
    const others = one.page.locator('form[action="/sessions/end"] button');
    while ((await others.count()) > 0) {
      await one.press(others.first());
      await one.page.waitForTimeout(50);
    }
    await two.open('/sessions');
    const path = new URL(two.page.url()).pathname;
    expect(path.startsWith('/login'), `the other browser still reads ${path}`);
  });
  await one.leave('two browsers, the first');
  await two.leave('two browsers, the second');
}
