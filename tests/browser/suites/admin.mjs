// The first administrator: one-time link, charter, seven words, second factor, console.

import { Visitor, plain } from '../lib/browser.mjs';
import { look } from '../lib/look.mjs';
import { enter, fillLetter, goThrough, login, logout, mainButton, stepOf } from '../lib/people.mjs';
import { expect, same } from '../lib/report.mjs';

const NAMES = {
  '/invitation': ['invitation', 'invitation'],
  '/charter': ['charter of staff'],
  '/activate/password': ['password of an administrator'],
  '/second-factor/enrol': ['second factor, installed', 'second-facteur-installer'],
};
const MENU = [['/admin', 'console: today', 'console-aujourdhui'], ['/admin/people', 'console: people', 'console-personnes'],
  ['/admin/runs', 'console: deliveries', 'console-livraisons'], ['/admin/errors', 'console: error numbers', 'console-erreurs']];

export async function admin(run) {
  const visitor = await Visitor.arrive(run);
  const person = run.people.of('admin');
  if (person.password) await enter(visitor, 'admin');
  else await invited(visitor, person);
  await secondLogin(run, visitor, person);
  await menu(visitor);
  const pupil = run.people.of('pupil');
  const hers = await Visitor.arrive(run);
  await enter(hers, 'pupil');
  const href = await search(visitor, pupil);
  await sessions(visitor, hers, href);
  await letters(visitor, href, pupil);
  await freeze(visitor, hers, href, pupil);
  await number(visitor);
  await visitor.open('/admin/people/00000000-0000-0000-0000-000000000000', 404);
  await look(visitor, 'console: nobody there', { expert: true });
  await visitor.open('/admin');
  await run.report.check('the administrator logs out', () => logout(visitor));
  await hers.leave('pupil under the console');
  await visitor.leave('administrator');
}

async function invited(visitor, person) {
  const { page, run } = visitor;
  const { report } = run;
  await visitor.open(person.link);
  person.username = (await page.locator('main dd.mono').innerText()).trim();
  const steps = await goThrough(visitor, person, async (step) => {
    const [name, shot] = NAMES[step] ?? [`administrator, ${step}`];
    await look(visitor, name, { shot });
    if (step === '/activate/password') {
      await report.check('an administrator is offered seven words and two digits', async () => {
        const words = (await page.locator('output.phrase').innerText()).trim().split(/[\s-]+/);
        same(words.filter((word) => !/^\d+$/.test(word)).length, 7, 'words');
      });
      await report.check('a password that is enough for a pupil is not enough here', async () => {
        for (let status = 400; status < 430; status += 1) visitor.expected.add(status);
        const words = (await page.locator('output.phrase').innerText()).match(/\p{L}+/gu);
        await page.locator('#motdepasse').fill(`${words.slice(0, 4).join(' ')} 42`);
        await mainButton(visitor, step).click();
        await visitor.says('Trop facile à deviner', '[role=alert]');
      });
    }
    if (step === '/second-factor/enrol') {
      await report.check('wrong digits are refused kindly', async () => {
        for (let status = 400; status < 430; status += 1) visitor.expected.add(status);
        await page.locator('#code').fill('000000');
        await mainButton(visitor, step).click();
        await visitor.says('Ce code ne va pas', '[role=alert]');
      });
      await look(visitor, 'second factor, wrong digits');
    }
  });
  await report.check('the steps of an administrator come in their order', () => {
    same(steps.filter((step) => step !== 'done'), ['/invitation', '/charter', '/activate/password', '/second-factor/enrol'], 'steps');
  });
  await report.check('the link serves once', async () => {
    const other = await Visitor.arrive(run);
    for (const status of [404, 410]) other.expected.add(status);
    await other.page.goto(person.link);
    await other.says('Ce lien a déjà servi');
    await look(other, 'invitation, spent');
    await other.leave('spent link');
  });
}

async function secondLogin(run, visitor, person) {
  const other = await Visitor.arrive(run);
  await other.open('/admin');
  await run.report.check('the console asks a stranger to log in', () => {
    const path = new URL(other.page.url()).pathname;
    expect(path.startsWith('/login'), path);
  });
  await other.page.locator('[name=username]:visible').fill(person.username);
  await other.page.locator('[name=password]').fill(person.password);
  await other.press(mainButton(other, '/login'));
  await run.report.check('a password alone does not open the console', async () => {
    same(await stepOf(other), '/second-factor', 'step');
    const names = (await other.context.cookies()).map((cookie) => cookie.name);
    expect(!names.includes('__Host-portique'), `a session is there: ${names.join(', ')}`);
  });
  await look(other, 'second factor', { shot: 'second-facteur' });
  await goThrough(other, person);
  await run.report.check('after both she is in the console, where she wanted to go', () => {
    same(new URL(other.page.url()).pathname, '/admin', 'address');
  });
  await logout(other);
  await other.leave('second login of the administrator');
  await visitor.open('/');
  await look(visitor, 'portal of the administrator');
}

async function menu(visitor) {
  for (const [path, name, shot] of MENU) {
    const answer = await visitor.open(path);
    await visitor.run.report.check(`${name}: kept by no cache`, () => {
      same(answer.headers()['cache-control'], 'no-store', 'cache-control');
    });
    await look(visitor, name, { shot, expert: true });
  }
  await visitor.open('/admin/runs');
  const plan = visitor.page.locator('main a[href^="/admin/runs/"]').first();
  if ((await plan.count()) > 0) {
    await visitor.press(plan);
    await look(visitor, 'console: one delivery', { shot: 'console-livraison', expert: true });
  }
}

async function search(visitor, pupil) {
  const { page, run } = visitor;
  const find = async (words) => {
    await visitor.open('/admin/people');
    await page.locator('#q').fill(words);
    await visitor.press(page.locator('main form button'));
  };
  await find('zzzz personne');
  await look(visitor, 'console: nobody found', { expert: true });
  await find(pupil.username);
  const row = page.locator(`tr:has(td.mono:text-is("${pupil.username}"))`);
  await run.report.check('a person is found by her login', async () => same(await row.count(), 1, 'rows'));
  await find(pupil.name.split(' ').pop());
  await run.report.check('a person is found by her name', async () => same(await row.count(), 1, 'rows'));
  await look(visitor, 'console: people found', { shot: 'console-personnes-trouvees', expert: true });
  await visitor.press(row.locator('a'));
  await run.report.check('the page of a person names her', () => visitor.says(pupil.name.split(' ')[0]));
  await run.report.check('what the feed says has no form', async () => {
    same(await page.locator('main input:not([type=hidden]), main textarea, main select').count(), 0, 'fields');
  });
  await look(visitor, 'console: one person', { shot: 'console-personne', expert: true });
  return new URL(page.url()).pathname;
}

// An act: the page that asks first, then the button.
async function act(visitor, href, word, shot) {
  await visitor.open(href);
  await visitor.press(visitor.page.locator(`a[href$="confirm?act=${word}"]`));
  await look(visitor, `console: asks before ${word}`, { shot, expert: true });
  await visitor.press(visitor.page.locator(`form[action$="/${word}"] button`));
}

async function sessions(visitor, hers, href) {
  await act(visitor, href, 'sessions');
  await visitor.run.report.check('ended sessions are closed at once', async () => {
    await visitor.says('Ses connexions sont fermées');
    await hers.open('/sessions');
    const path = new URL(hers.page.url()).pathname;
    expect(path.startsWith('/login'), `she still reads ${path}`);
  });
}

// A code for somebody who forgot her password; where the console gives none, one for somebody else.
async function letters(visitor, href, pupil) {
  const { page, run } = visitor;
  await visitor.open(href);
  const offered = await run.report.check('who forgot her password can be given a code', async () => {
    expect((await page.locator('a[href$="confirm?act=code"]').count()) === 1, `not offered on the page of an active account (${href})`);
  });
  if (offered) await disowned(run, await newLetter(visitor, href, pupil));
  await visitor.open('/admin/people?profile=pupil&state=to-activate');
  await visitor.press(page.locator('main tbody a').nth(3));
  const other = new URL(page.url()).pathname;
  const username = (await page.locator('main dd.mono').first().innerText()).trim();
  await newLetter(visitor, other, { username });
}

async function newLetter(visitor, href, pupil) {
  const { page, run } = visitor;
  await act(visitor, href, 'code');
  const codes = (await page.locator('dd.code').allInnerTexts()).map((text) => text.trim());
  await run.report.check('a new letter shows login and code, once', async () => {
    same(codes[0], pupil.username, 'login');
    expect(/^[A-Z0-9]{4}\W[A-Z0-9]{4}\W[A-Z0-9]{4}$/.test(codes[1] ?? ''), `code: ${codes[1]?.replace(/\w/g, 'x')}`);
    await visitor.says('Ce code ne sera plus jamais affiché');
  });
  await look(visitor, 'letter of activation', { shot: 'lettre' });
  await run.report.check('the letter prints on one sheet', async () => {
    const pdf = await page.pdf({ preferCSSPageSize: true });
    same((pdf.toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length, 1, 'pages');
  });
  await visitor.open(href);
  await run.report.check('the code is nowhere else', async () => {
    expect(!plain(await visitor.text()).includes(codes[1]), 'the page of the person shows it');
  });
  return { ...pupil, code: codes[1] };
}

async function disowned(run, letter) {
  const visitor = await Visitor.arrive(run);
  await visitor.open('/activate');
  await fillLetter(visitor, letter);
  await visitor.press(mainButton(visitor, '/activate'));
  await visitor.press(visitor.page.locator('button[value=no]'));
  await run.report.check('« Non, ce n’est pas moi » thanks and closes the code', () => visitor.says('Merci, vous avez bien fait'));
  await look(visitor, 'activation: not me', { shot: 'activation-pas-moi' });
  for (let status = 400; status < 430; status += 1) visitor.expected.add(status);
  await run.report.check('the disowned code opens nothing any more', async () => {
    await visitor.open('/activate');
    await fillLetter(visitor, letter);
    await mainButton(visitor, '/activate').click();
    await visitor.page.locator('[role=alert]').waitFor();
  });
  await visitor.leave('disowned letter');
}

async function freeze(visitor, hers, href, pupil) {
  const { run } = visitor;
  await login(hers, pupil);
  await act(visitor, href, 'freeze', 'console-pause');
  await run.report.check('a frozen account says so', async () => {
    await visitor.says('Le compte est en pause');
    await hers.open('/sessions');
    expect(new URL(hers.page.url()).pathname.startsWith('/login'), 'the session lives on');
  });
  for (let status = 400; status < 430; status += 1) hers.expected.add(status);
  await run.report.check('who is frozen is told, not let in', async () => {
    await hers.open('/login/eleve');
    await hers.page.locator('[name=username]:visible').fill(pupil.username);
    await hers.page.locator('[name=password]').fill(pupil.password);
    await mainButton(hers, '/login').click();
    await hers.page.waitForLoadState('load');
    const text = plain(await hers.text());
    expect(/en pause|fermé par votre établissement/.test(text), text.slice(0, 300));
  });
  await look(hers, 'error: account closed', { shot: 'erreur-compte-ferme' });
  await run.report.check('who is frozen has no session', async () => {
    await hers.open('/sessions');
    expect(new URL(hers.page.url()).pathname.startsWith('/login'), 'one opened');
  });
  await act(visitor, href, 'unfreeze');
  await run.report.check('an account taken out of its pause opens again', async () => {
    await login(hers, pupil);
    await hers.says('Bonjour');
  });
}

// The short number of an error page is found again in the console; a made-up one is not.
async function number(visitor) {
  const { page, run } = visitor;
  const ask = async (given) => {
    await visitor.open('/admin/errors');
    await page.locator('main input[name=ref]').fill(given);
    await visitor.press(page.locator('main form button'));
  };
  const lost = await Visitor.arrive(run);
  for (let status = 400; status < 430; status += 1) lost.expected.add(status);
  await lost.open('/activate');
  await lost.context.clearCookies();
  await mainButton(lost, '/activate').click();
  const given = await lost.page.locator('strong.number').innerText();
  await lost.leave('an error page with a number');
  await ask(given);
  await run.report.check('the number of an error page is found', async () => {
    await visitor.says('page restée ouverte trop longtemps');
  });
  await look(visitor, 'console: one number', { shot: 'console-numero', expert: true });
  await ask('K7R4MD');
  await look(visitor, 'console: an unknown number', { expert: true });
  await ask('?');
  await look(visitor, 'console: no number at all', { expert: true });
}
