// J5: an address given and verified behind the login, then a forgotten password by mail, and the notice.

import { Visitor, plain } from '../lib/browser.mjs';
import { enterOn, reach } from '../lib/keyboard.mjs';
import { look } from '../lib/look.mjs';
import { enter, goThrough, login, logout, mainButton } from '../lib/people.mjs';
import { expect, same } from '../lib/report.mjs';

const ADDRESS = 'enseignante.essai@courriel.example';

export async function recovery(run) {
  if (!run.desk) {
    console.log('        the mails of this demonstration are not at hand');
    return;
  }
  const inside = await Visitor.arrive(run);
  const person = await enter(inside, 'teacher');
  await address(inside, person);
  const former = person.password;
  await forgotten(run, person, inside);
  await formerPassword(run, person, former);
  await bareRecovery(run, person);
  await forgottenLogin(run, person);
  await inside.leave('the device that was logged out');
}

async function giveAddress(visitor, person, { address: typed = ADDRESS, password = person.password } = {}) {
  const { page } = visitor;
  await page.locator('#adresse').fill(typed);
  await page.locator('#motdepasse').fill(password);
  await page.locator('form[action="/me/mail"] button').click();
  await page.waitForLoadState('load');
}

async function showCode(visitor, code) {
  await visitor.page.locator('#code').fill(code);
  await visitor.page.locator('form[action="/me/mail/verify"] button').click();
  await visitor.page.waitForLoadState('load');
}

async function address(visitor, person) {
  const { page, run } = visitor;
  const { report } = run;
  visitor.expected.add(422);
  for (const path of ['/sessions', '/me']) {
    await report.check(`${path} leads to her address`, async () => {
      await visitor.open(path);
      await visitor.press(page.locator('main a[href="/me/mail"]').first());
    });
  }
  await visitor.open('/me/mail');
  await look(visitor, 'my address: none', { shot: 'adresse-aucune' });
  for (const lang of ['en', 'oc']) {
    await visitor.open(`/me/mail?lang=${lang}`);
    await look(visitor, `my address: none, ${lang}`, { lang, quick: true });
  }
  await visitor.open('/me/mail?lang=fr');
  await report.check('a text that is no address is refused at its field', async () => {
    await giveAddress(visitor, person, { address: 'pas une adresse' });
    await visitor.says('Cette adresse ne va pas', '[role=alert]');
    same(await page.locator('#adresse').getAttribute('aria-invalid'), 'true', 'aria-invalid');
  });
  await report.check('a wrong password is refused, and the address typed stays', async () => {
    await giveAddress(visitor, person, { password: 'pas le bon mot de passe' });
    await visitor.says('Ce mot de passe ne va pas', '[role=alert]');
    same(await page.locator('#adresse').inputValue(), ADDRESS, 'address');
  });
  await look(visitor, 'my address: wrong password', { shot: 'adresse-erreur' });
  await report.check('the address and the password bring a code by mail, which names nobody', async () => {
    await giveAddress(visitor, person);
    await visitor.says(['Un code est parti', ADDRESS, 'Donner une autre adresse']);
    expect(!plain(await visitor.text()).includes('Aucune adresse'), 'it says that there is none');
    await look(visitor, 'my address: a code has left', { shot: 'adresse-code' });
    person.mailCode = await codeOf(run, person);
  });
  await report.check('wrong digits are refused, and the tries that remain are told', async () => {
    const wrong = String((Number(person.mailCode) + 1) % 1_000_000).padStart(6, '0');
    await showCode(visitor, wrong);
    await visitor.says(['Ce code ne va pas', '4 essais'], '[role=alert]');
  });
  await report.check('a field for six digits is no wider than a line of words', async () => {
    const { width } = await page.locator('#code').boundingBox();
    expect(width <= 600, `${width} px`);
  });
  await report.check('what waits stands among her data, with its source', async () => {
    await visitor.open('/me');
    await visitor.says([`Adresse pas encore vérifiée ${ADDRESS}`, 'Donné par vous-même']);
    await visitor.open('/me/mail');
    await showCode(visitor, '000000');
  });
  await look(visitor, 'my address: wrong code', { shot: 'adresse-code-erreur' });
  await report.check('by keyboard: the right digits verify the address', async () => {
    await reach(page, page.locator('#code'));
    await page.keyboard.type(person.mailCode);
    const arrives = page.waitForEvent('load');
    await page.keyboard.press('Enter');
    await arrives;
    await visitor.says(['Adresse vérifiée', ADDRESS]);
    delete person.mailCode;
  });
  await look(visitor, 'my address: verified', { shot: 'adresse-verifiee' });
  await report.check('it stands among her data', async () => {
    await visitor.open('/me');
    const known = plain(await page.locator('main .grid').first().innerText());
    expect(known.includes(ADDRESS) && !known.includes('pas encore vérifiée'), known);
  });
  const bare = await visitor.twin({ script: false });
  await bare.open('/me/mail');
  await look(bare, 'my address, without script');
  await bare.leave('my address, without script');
}

async function codeOf(run, person) {
  const mail = await run.desk.mail(ADDRESS, 'votre code');
  expect(!mail.text.includes(person.username), 'the mail of the code names the account');
  const code = /^\s+(\d{3}\s?\d{3})\s*$/m.exec(mail.text)?.[1];
  expect(code, `no code of six digits in the mail: ${mail.text.slice(0, 200)}`);
  return code.replace(/\s/g, '');
}

// The neutral page: word for word the same for a login that exists and one that does not.
async function ask(visitor, username) {
  await visitor.open('/login/personnel');
  await visitor.press(visitor.page.locator('main a[href^="/forgot"]:visible').first());
  await visitor.page.locator('#identifiant').fill(username);
  await visitor.press(mainButton(visitor, '/forgot'));
  return { url: new URL(visitor.page.url()).pathname, text: plain(await visitor.page.locator('main').innerText()) };
}

async function linkOf(run, person) {
  const mail = await run.desk.mail(ADDRESS, 'nouveau mot de passe');
  expect(mail.text.includes(person.username), 'the mail does not say which account');
  const link = /https?:\/\/\S+\/forgot\/new\?\S+/.exec(mail.text)?.[0];
  expect(link?.startsWith(run.url), `the link leads elsewhere: ${link?.replace(/secret=.*/, 'secret=…')}`);
  return link;
}

async function forgotten(run, person, inside) {
  const { report } = run;
  const visitor = await Visitor.arrive(run);
  const { page } = visitor;
  await visitor.open('/forgot');
  await look(visitor, 'forgotten password', { shot: 'mot-de-passe-oublie' });
  for (const lang of ['en', 'oc']) {
    await visitor.open(`/forgot?lang=${lang}`);
    await look(visitor, `forgotten password, ${lang}`, { lang, quick: true });
  }
  await visitor.open('/forgot?lang=fr');
  let stranger;
  await report.check('the page after the form is the same for a login that exists and one that does not', async () => {
    stranger = await ask(visitor, 'personne.inconnue');
    const hers = await ask(visitor, person.username);
    same(hers, stranger, 'the neutral page');
    same(hers.url, '/forgot/sent', 'address');
  });
  await look(visitor, 'forgotten password: the neutral page', { shot: 'mot-de-passe-oublie-envoye' });
  const link = await linkOf(run, person);
  await visitor.open(link);
  await report.check('the page of the link names nobody', async () => {
    expect(!(await page.content()).includes(person.username), 'it names the account');
  });
  await look(visitor, 'forgotten password: the link', { shot: 'lien-recu' });
  await visitor.open(link);
  const former = person.password;
  const steps = [];
  await enterOn(page, mainButton(visitor, '/forgot/new'));
  await report.check('opening the link twice spends nothing, and it leads to a new password', async () => {
    await visitor.says('Votre nouveau mot de passe');
  });
  await look(visitor, 'forgotten password: the new one', { shot: 'nouveau-mot-de-passe' });
  steps.push(...await goThrough(visitor, person));
  await report.check('she chooses a new password and is told that the others were logged out', async () => {
    same(new URL(page.url()).pathname, '/forgot/done', 'address');
    expect(person.password !== former, 'the password is the former one');
    await visitor.says(['C’est fait', 'Vous avez été déconnecté des autres appareils']);
  });
  await look(visitor, 'forgotten password: done', { shot: 'mot-de-passe-change' });
  await report.check('a notice tells of the change, with no password and no link that opens', async () => {
    const mail = await run.desk.mail(ADDRESS, 'votre mot de passe a changé');
    expect(mail.text.includes(person.username) && mail.text.includes('déconnectés'), mail.text.slice(0, 300));
    expect(!mail.text.includes(person.password) && !/secret=/.test(mail.text), 'the notice holds a secret');
  });
  await report.check('the other device is out', async () => {
    await inside.open('/sessions');
    expect(new URL(inside.page.url()).pathname.startsWith('/login'), inside.page.url());
  });
  await visitor.press(page.locator('main a.btn.wide'));
  await report.check('and she is in', () => visitor.says('Bonjour'));
  await logout(visitor);
  await visitor.open(link, 410);
  await report.check('the link served once', () => visitor.says('Ce lien ne marche plus'));
  await look(visitor, 'forgotten password: a spent link', { shot: 'lien-fini' });
  await visitor.leave('forgotten password');
}

async function formerPassword(run, person, former) {
  const visitor = await Visitor.arrive(run);
  for (let status = 400; status < 430; status += 1) visitor.expected.add(status);
  await run.report.check('the former password opens nothing, the new one does', async () => {
    await visitor.open('/login/personnel');
    await visitor.page.locator('[name=username]:visible').fill(person.username);
    await visitor.page.locator('[name=password]').fill(former);
    await mainButton(visitor, '/login').click();
    await visitor.page.locator('[role=alert]').waitFor();
    await login(visitor, person, { path: '/login/personnel' });
    await visitor.says('Bonjour');
  });
  await visitor.leave('the former password');
}

// The whole of it again without script.
async function bareRecovery(run, person) {
  const { report } = run;
  const visitor = await Visitor.arrive(run, { script: false });
  const before = person.password;
  await report.check('without script: the form, the link, the new password, the end', async () => {
    await ask(visitor, person.username);
    await look(visitor, 'forgotten password without script: the neutral page');
    await visitor.open(await linkOf(run, person));
    await look(visitor, 'forgotten password without script: the link');
    await visitor.press(mainButton(visitor, '/forgot/new'));
    await look(visitor, 'forgotten password without script: the new one');
    await goThrough(visitor, person);
    same(new URL(visitor.page.url()).pathname, '/forgot/done', 'address');
    expect(person.password !== before, 'the password is the former one');
    await look(visitor, 'forgotten password without script: done');
  });
  await run.desk.mail(ADDRESS, 'votre mot de passe a changé');
  await visitor.leave('forgotten password without script');
}

async function forgottenLogin(run, person) {
  const { report } = run;
  const visitor = await Visitor.arrive(run);
  await visitor.open('/forgot');
  await visitor.press(visitor.page.locator('main a[href^="/forgot/login"]'));
  await look(visitor, 'forgotten login', { shot: 'identifiant-oublie' });
  await report.check('a forgotten login comes by mail, behind the same neutral page', async () => {
    const said = [];
    for (const typed of ['inconnue@courriel.example', ADDRESS]) {
      await visitor.open('/forgot/login');
      await visitor.page.locator('#adresse').fill(typed);
      await visitor.press(mainButton(visitor, '/forgot/login'));
      said.push(plain(await visitor.page.locator('main').innerText()));
    }
    same(said[1], said[0], 'the neutral page');
    const mail = await run.desk.mail(ADDRESS, 'votre identifiant');
    expect(mail.text.includes(person.username), 'the mail does not hold the login');
  });
  await report.check('« Recommencer » asks for the address again, not for the login', async () => {
    await visitor.press(visitor.page.locator('main ul.links a').first());
    same(new URL(visitor.page.url()).pathname, '/forgot/login', 'address');
    await visitor.page.goBack();
  });
  await look(visitor, 'forgotten login: the neutral page', { shot: 'identifiant-oublie-envoye' });
  await visitor.leave('forgotten login');
}
