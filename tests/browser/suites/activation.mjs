// J1 with script: a pupil and her letter, with all that can go wrong on the way.

import { Visitor } from '../lib/browser.mjs';
import { look } from '../lib/look.mjs';
import { fillLetter, goThrough, login, logout, mainButton, stepOf } from '../lib/people.mjs';
import { expect, same } from '../lib/report.mjs';

const NAMES = {
  '/activate/confirm': ['activation 2: is it you', 'activation-2-vous'],
  '/charter': ['activation 3: charter', 'activation-3-charte'],
  '/activate/password': ['activation 4: password', 'activation-4-mot-de-passe'],
  done: ['activation: done', 'activation-fin'],
};

// A code of the same shape that is not hers.
function otherCode(code) {
  return code.replace(/[A-Z0-9](?=[^A-Z0-9]*$)/, (last) => (last === 'K' ? 'M' : 'K'));
}

export async function activation(run) {
  const letter = run.people.of('pupil');
  if (letter.password) {
    console.log('        the pupil is in already: nothing to activate');
    return;
  }
  await prefilled(run, letter);
  await lost(run, letter);
  await refused(run, letter);
  await whole(run, letter);
}

async function prefilled(run, letter) {
  const visitor = await Visitor.arrive(run);
  const query = new URLSearchParams({ username: letter.username, code: letter.code });
  await visitor.open(`/activate?${query}`);
  await run.report.check('the address in the QR code fills the two first fields', async () => {
    const value = (name) => visitor.page.locator(`[name=${name}]:visible`).inputValue();
    same(await value('username'), letter.username, 'username');
    same((await value('code')).replace(/\W/g, ''), letter.code.replace(/\W/g, ''), 'code');
  });
  await visitor.leave('prefilled letter');
}

async function lost(run, letter) {
  const visitor = await Visitor.arrive(run);
  await visitor.open('/activate');
  await fillLetter(visitor, letter);
  await visitor.context.clearCookies();
  await run.report.check('an old page without its cookie says M03 and offers to begin again', async () => {
    await press4xx(visitor, mainButton(visitor, '/activate'));
    await visitor.says(['La page est restée ouverte trop longtemps', 'Recommencer']);
  });
  await look(visitor, 'error: page waited too long', { shot: 'erreur-m03' });
  await run.report.check('« Recommencer » leads back to the form', async () => {
    await visitor.press(visitor.page.locator('main a.btn'));
    same(await stepOf(visitor), '/activate', 'step');
  });
  await run.report.check('a browser that loses its cookie twice is told so (M11)', async () => {
    await visitor.context.clearCookies();
    await fillLetter(visitor, letter);
    await press4xx(visitor, mainButton(visitor, '/activate'));
    await visitor.says('Votre navigateur refuse notre cookie de connexion');
  });
  await look(visitor, 'error: cookie refused', { shot: 'erreur-m11' });
  await visitor.leave('lost flow');
}

// Some refusals are pages with 400, others with 403, 410, 422…: the words are what counts here.
async function press4xx(visitor, button) {
  for (let status = 400; status < 430; status += 1) visitor.expected.add(status);
  const answer = visitor.page.waitForResponse((r) => r.request().isNavigationRequest() && (r.status() < 300 || r.status() >= 400));
  await button.click();
  await answer;
  await visitor.page.waitForLoadState('load');
}

async function refused(run, letter) {
  const visitor = await Visitor.arrive(run);
  const { report } = run;
  await visitor.open('/activate');
  await fillLetter(visitor, letter, { code: otherCode(letter.code) });
  await press4xx(visitor, mainButton(visitor, '/activate'));
  await report.check('a wrong code tells how many tries are left', async () => {
    await visitor.says('Ce code ne correspond pas à cet identifiant');
    const text = await visitor.text();
    expect(/Il reste (un|\d+) essai/.test(text), text.slice(0, 400));
  });
  await look(visitor, 'activation 1, wrong code', { shot: 'activation-1-erreur' });
  await report.check('a wrong code keeps what was typed', async () => {
    same(await visitor.page.locator('[name=username]:visible').inputValue(), letter.username, 'username');
  });
  const [year, month, day] = letter.birth_date.split('-');
  await fillLetter(visitor, letter, { date: `${Number(year) - 1}-${month}-${day}` });
  await press4xx(visitor, mainButton(visitor, '/activate'));
  await report.check('a wrong birth date is told apart, kindly', () => visitor.says('La date ne correspond pas'));
  await look(visitor, 'activation 1, wrong date');
  await fillLetter(visitor, letter);
  await visitor.press(mainButton(visitor, '/activate'));
  await visitor.press(visitor.page.locator('button[value=yes]'));
  same(await stepOf(visitor), '/charter', 'step after « Oui, c’est moi »');
  await report.check('the box of the charter is not ticked beforehand', async () => {
    expect(!(await visitor.page.locator('#accord').isChecked()), 'it is');
  });
  await press4xx(visitor, mainButton(visitor, '/charter'));
  await report.check('the charter without its box is asked again', () => visitor.says('Cochez la case si vous êtes d’accord'));
  await look(visitor, 'activation 3, box not ticked', { shot: 'activation-3-erreur' });
  await visitor.press(visitor.page.locator('form[action="/charter"] button[name=refuse]'));
  await report.check('refusing the charter is answered kindly', () => visitor.says(['Sans la charte', 'Rien n’est noté contre vous']));
  await look(visitor, 'charter refused', { shot: 'charte-refusee' });
  await report.check('refusing the charter opens nothing', async () => {
    const names = (await visitor.context.cookies()).map((cookie) => cookie.name);
    expect(!names.includes('__Host-portique'), `a session is there: ${names.join(', ')}`);
    await visitor.open('/sessions');
    const path = new URL(visitor.page.url()).pathname;
    expect(path.startsWith('/login'), `/sessions led to ${path}`);
  });
  await visitor.leave('refusals on the way');
}

async function whole(run, letter) {
  const visitor = await Visitor.arrive(run);
  const { page } = visitor;
  const { report } = run;
  await visitor.open('/activate');
  await fillLetter(visitor, letter, { code: letter.code.toLowerCase().replace(/\W/g, ' ') });
  await visitor.press(mainButton(visitor, '/activate'));
  let weakSeen = false;
  const steps = await goThrough(visitor, letter, async (step) => {
    const [name, shot] = NAMES[step] ?? [step];
    await look(visitor, name, { shot });
    await otherLanguages(visitor, name);
    if (step === '/activate/confirm') {
      await report.check('« C’est bien vous ? » reveals little', async () => {
        const text = await page.locator('main').innerText();
        expect(!text.includes(letter.birth_date.split('-')[0]), 'the birth year is shown');
      });
    }
    if (step === '/activate/password' && !weakSeen) {
      weakSeen = true;
      await passwords(visitor, letter);
    }
  });
  await report.check('the steps come in the order of J1', () => same(steps, ['/activate/confirm', '/charter', '/activate/password', 'done'], 'steps'));
  await report.check('the pupil is in her space', async () => {
    same(new URL(page.url()).pathname, '/', 'address');
    await visitor.says('Bonjour');
  });
  await report.check('the pupil sees her sessions', async () => {
    await visitor.open('/sessions');
    await visitor.says(['Mes connexions', 'Cet appareil']);
  });
  await report.check('the pupil logs out', () => logout(visitor));
  await report.check('after the logout nothing opens, not even by going back', async () => {
    await page.goBack();
    const path = new URL(page.url()).pathname;
    const text = await visitor.text();
    expect(path.startsWith('/login') || !text.includes('Cet appareil'), `${path} still shows it`);
  });
  await report.check('the code is spent', async () => {
    await visitor.open('/activate');
    await fillLetter(visitor, letter);
    await press4xx(visitor, mainButton(visitor, '/activate'));
    await visitor.says('Ce compte est déjà activé');
  });
  await look(visitor, 'activation 1, code spent');
  await report.check('the pupil logs in with the password', async () => {
    await login(visitor, letter);
    await visitor.says('Bonjour');
  });
  await visitor.leave('activation of the pupil');
}

// The step as it stands, asked for in another language; then in French again, since the choice is kept.
async function otherLanguages(visitor, name) {
  const there = new URL(visitor.page.url());
  for (const lang of ['en', 'oc', 'fr']) {
    there.searchParams.set('lang', lang);
    await visitor.open(there.href);
    if (lang !== 'fr') await look(visitor, `${name}, ${lang}`, { lang, quick: true });
  }
}

async function passwords(visitor, letter) {
  const { page, run } = visitor;
  const field = page.locator('#motdepasse');
  const proposed = () => page.locator('output.phrase').innerText();
  const first = await proposed();
  await run.report.check('« Une autre idée » proposes another phrase', async () => {
    await visitor.press(page.locator('button[name=again]'));
    expect((await proposed()) !== first, 'the same one again');
  });
  const given = letter.name.split(' ')[0];
  for (const [what, words] of [[`${given}${given}2024`, 'il contient votre prénom'], ['motdepasse', 'Trop facile à deviner']]) {
    await run.report.check(`« ${words} » for a weak password`, async () => {
      await field.fill(what);
      await press4xx(visitor, mainButton(visitor, '/activate/password'));
      await visitor.says(words);
    });
  }
  await look(visitor, 'activation 4, weak password', { shot: 'activation-4-erreur' });
  await run.report.check('the meter speaks while one types', async () => {
    await field.pressSequentially('tortue lampion 42');
    await page.waitForFunction(() => document.getElementById('force').textContent.trim() !== '');
  });
  await run.report.check('« Afficher » shows the password, and hides it again', async () => {
    const button = page.locator('button[data-show]');
    await button.click();
    same(await field.getAttribute('type'), 'text', 'type after a click');
    await button.click();
    same(await field.getAttribute('type'), 'password', 'type after two');
  });
}
