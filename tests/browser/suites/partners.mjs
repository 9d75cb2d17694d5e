// Partners in the console: who holds the whole platform acts, an academy reads, and nobody sees what is not hers.

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Visitor, plain } from '../lib/browser.mjs';
import { GROUP, HABILITATIONS, LIST, alsoWithout, invited, menuOf, schoolOf } from '../lib/console.mjs';
import { enterOn, reach } from '../lib/keyboard.mjs';
import { look } from '../lib/look.mjs';
import { enter } from '../lib/people.mjs';
import { expect, same } from '../lib/report.mjs';

const MOODLE = '/admin/partners/moodle';
const NOTEBOOK = '/admin/partners/demo-app';

// On trial and incomplete: no contract, no host country, nobody answers for the list; it asks for a group.
const FILE = `id = "moodle"
name = "Moodle"
description = "Les cours et les exercices en ligne."
provider = "Un hébergeur inventé"
launch = "https://moodle.example/"
state = "essai"
[legal]
controller = "chef-etablissement"
basis = "mission-publique"
hosting = "US"
[access]
profiles = ["National_ELV", "National_ENS"]
establishments = ["tous"]
groups = ["${GROUP}"]
testers = ["TESTER"]
[release]
subject = "short"
[[release.attributes]]
attribute = "prenom"
purpose = "pedagogie"
justification = "Nommer la personne dans le cours."
required = true
[[release.attributes]]
attribute = "mail-synthetique"
purpose = "pedagogie"
justification = "Moodle refuse un compte sans adresse ; celle-ci ne reçoit rien et ne dit rien de la personne."
required = true
[oidc]
client_id = "moodle"
auth = "secret"
redirect_uris = ["https://moodle.example/admin/oauth2callback.php"]
`;

export async function partners(run) {
  if (!run.desk) {
    console.log('        the folder of this demonstration is not at hand');
    return;
  }
  const pupil = run.people.of('pupil');
  const file = join(run.desk.data, 'moodle.toml');
  writeFileSync(file, FILE.replace('TESTER', pupil.username));
  await run.desk.run('partner', 'apply', file);
  const uai = schoolOf(run);
  await whole(run, uai, pupil);
  await academic(run, pupil);
  await limited(run, uai);
}

// ---- the whole platform

async function whole(run, uai, pupil) {
  const visitor = await Visitor.arrive(run);
  await enter(visitor, 'admin');
  await visitor.open(LIST);
  await run.report.check('the list of partners tells states, and what is missing', () => (
    visitor.says(['Carnet de projets', 'Ouvert', 'Rien ne manque', 'Moodle', 'En essai', 'points à régler'])));
  await run.report.check('the provider stands in lighter letters than its partner', async () => {
    const cell = visitor.page.locator(`th:has(a[href="${MOODLE}"])`);
    const weights = await cell.evaluate((th) => ['a', 'span'].map((tag) => Number(getComputedStyle(th.querySelector(tag)).fontWeight)));
    expect(weights[1] < weights[0], `weights ${weights.join(', ')}`);
  });
  await run.report.check('where no contract is, the list does not speak of its end', async () => {
    const row = plain(await visitor.page.locator(`tr:has(a[href="${MOODLE}"])`).innerText());
    expect(row.includes('pas de contrat'), row);
  });
  await run.report.check('under a short page its foot goes on', async () => {
    const [under, foot, height] = await visitor.page.evaluate(() => [
      getComputedStyle(document.documentElement).backgroundColor,
      getComputedStyle(document.querySelector('.foot')).backgroundColor,
      document.body.getBoundingClientRect().height,
    ]);
    expect(height < 800, `the page is ${height} px high: it shows nothing of the kind`);
    same(under, foot, 'colour below the foot');
  });
  await look(visitor, 'console: partners', { shot: 'console-partenaires', expert: true });
  await alsoWithout(visitor, LIST, 'console: partners');
  await incomplete(visitor, pupil);
  await alsoWithout(visitor, MOODLE, 'console: one partner');
  await opened(visitor);
  await states(visitor, uai);
  await withoutScript(visitor);
  await secrets(visitor);
  await visitor.open('/admin/partners/nobody-of-that-name', 404);
  await look(visitor, 'console: no such partner', { expert: true });
  await visitor.leave('partners, the whole platform');
}

async function incomplete(visitor, pupil) {
  const { report } = visitor.run;
  await visitor.press(visitor.page.locator(`main a[href="${MOODLE}"]`));
  await report.check('a partner on trial tells what keeps it there, in words', () => visitor.says([
    'Ce qui empêche d’ouvrir', 'Le rôle du partenaire n’est pas dit', 'Il manque la référence du contrat',
    'hors de l’Union européenne', 'La liste des données n’est pas approuvée',
  ]));
  await report.check('a partner that lacks something cannot be opened', async () => {
    same(await visitor.page.locator('a[href*="confirm?act=open"], a[href*="confirm?act=school"]').count(), 0, 'acts that open it');
  });
  await report.check('the country is said with what it means, and the provider with its word', () => (
    visitor.says(['US, hors de l’Union européenne', 'Fournisseur : Un hébergeur inventé'])));
  await report.check('in a preview nothing sticks to its neighbour', async () => {
    const gaps = await visitor.page.locator('section[aria-labelledby=exemples] .card').first().evaluate((card) => {
      const boxes = [...card.children].map((child) => child.getBoundingClientRect());
      return boxes.slice(1).map((box, i) => Math.round(box.top - boxes[i].bottom));
    });
    expect(gaps.length === 2 && gaps.every((gap) => gap >= 8), `gaps: ${gaps.join(', ')}`);
  });
  await report.check('who holds the whole platform sees its testers', () => visitor.says(pupil.username));
  await report.check('a preview shows what a pupil and a teacher would send, and that a mother stays out', async () => {
    const cards = (await visitor.page.locator('section[aria-labelledby=exemples] .card').allInnerTexts()).map(plain);
    same(cards.length, 3, 'samples');
    const [child, mother, teacher] = cards;
    expect(child.includes('Elio') && child.includes('Adresse mail fabriquée'), child);
    expect(/N'entre pas/i.test(mother) && !mother.includes('Inès'), mother);
    expect(teacher.includes('Bastien') && /Pas envoyé/.test(teacher), teacher);
  });
  await look(visitor, 'console: a partner on trial', { shot: 'console-partenaire-essai', expert: true });
}

async function opened(visitor) {
  await visitor.open(NOTEBOOK);
  await visitor.run.report.check('a mother at the notebook sends a code for her child, and no class', async () => {
    const mother = plain(await visitor.page.locator('section[aria-labelledby=exemples] .card').nth(1).innerText());
    expect(mother.includes('Inès') && mother.includes('Enfant choisi'), mother);
  });
  await visitor.run.report.check('an open partner tells who answers for its list, and its contract has no end', () => (
    visitor.says(['Liste approuvée par Déléguée fictive', 'le 1er septembre 2026', 'FR, dans l’Union européenne', 'sans date'])));
  await look(visitor, 'console: an open partner', { shot: 'console-partenaire', expert: true });
}

// From open to one school, to trial, to open again: asked first, done by keyboard alone, said afterwards.
async function states(visitor, uai) {
  const { page, run } = visitor;
  const ask = async (word) => {
    await visitor.open(NOTEBOOK);
    await enterOn(page, page.locator(`a[href$="confirm?act=${word}"]`));
  };
  await run.report.check('by keyboard: back on trial, and the page says so', async () => {
    await ask('trial');
    await visitor.says('Seuls les testeurs pourront encore l’ouvrir');
  });
  await look(visitor, 'console: asks before a trial', { shot: 'console-partenaire-confirmer', expert: true });
  await run.report.check('by keyboard: the trial is done, and the page says so', async () => {
    await enterOn(page, page.locator('form[action$="/trial"] button'));
    await visitor.says(['Le partenaire est en essai', 'En essai']);
  });
  await run.report.check('an establishment that is none is refused, and the field says so', async () => {
    await ask('school');
    await page.locator('#uai').fill('0000000A');
    await visitor.press(page.locator('form[action$="/school"] button'), 422);
    await visitor.says('cet UAI n’est celui d’aucun établissement d’ici', '[role=alert]');
    same(await page.locator('#uai').inputValue(), '0000000A', 'what was typed');
    same(await page.locator('#uai').getAttribute('aria-invalid'), 'true', 'aria-invalid');
  });
  await look(visitor, 'console: no such establishment', { expert: true });
  await ask('school');
  await look(visitor, 'console: asks for an establishment', { shot: 'console-partenaire-etablissement', expert: true });
  await run.report.check('by keyboard: open to one establishment, typed in small letters', async () => {
    await reach(page, page.locator('#uai'));
    await page.keyboard.type(uai.toLowerCase());
    const arrives = page.waitForEvent('load');
    await page.keyboard.press('Enter');
    await arrives;
    await visitor.says(['Le partenaire est ouvert à cet établissement', uai]);
  });
  await look(visitor, 'console: open to one establishment', { expert: true });
  await run.report.check('by keyboard: open to all again', async () => {
    await ask('open');
    await enterOn(page, page.locator('form[action$="/open"] button'));
    await visitor.says('Le partenaire est ouvert.');
  });
  await run.report.check('each change is a version, told with who did it', async () => {
    const first = plain(await page.locator('section[aria-labelledby=versions] li').first().innerText());
    expect(first.includes('Version') && first.includes('administrateur'), first);
  });
}

async function withoutScript(visitor) {
  const bare = await visitor.twin({ script: false });
  const { page, run } = bare;
  for (const [word, said] of [['trial', 'Le partenaire est en essai'], ['open', 'Le partenaire est ouvert.']]) {
    await run.report.check(`without script: ${word}`, async () => {
      await bare.open(NOTEBOOK);
      await bare.press(page.locator(`a[href$="confirm?act=${word}"]`));
      await bare.press(page.locator(`form[action$="/${word}"] button`));
      await bare.says(said);
    });
  }
  await bare.leave('changes of state without script');
}

async function secrets(visitor) {
  const { page, run } = visitor;
  await visitor.open(MOODLE);
  await visitor.press(page.locator('a[href$="confirm?act=secret"]'));
  await look(visitor, 'console: asks before a secret', { expert: true });
  await visitor.press(page.locator('form[action$="/secret"] button'));
  await visitor.says(['Ce secret ne sera plus jamais affiché', 'client_secret']);
  const secret = (await page.locator('dd.mono').nth(1).innerText()).trim();
  // The screenshot shows a secret of a partner that is thrown away with this demonstration.
  await look(visitor, 'console: a secret, once', { expert: true });
  await visitor.open(MOODLE);
  await run.report.check('a secret is shown once', async () => {
    expect(secret.length > 20 && !(await page.content()).includes(secret), 'the page of the partner shows it again');
  });
}

// ---- one academy

async function academic(run, pupil) {
  const [visitor] = await invited(run, 'Maud', 'academy:091', ['people.read', 'partners.read', 'partners.manage', 'partners.habilitate']);
  const { page } = visitor;
  const { report } = run;
  await visitor.open('/admin');
  await look(visitor, 'console of an academy', { expert: true });
  await report.check('an academy has partners and habilitations in its menu', async () => {
    const menu = await menuOf(visitor);
    expect(menu.includes(LIST) && menu.includes(HABILITATIONS) && !menu.includes('/admin/runs'), menu.join(', '));
  });
  await visitor.press(page.locator(`nav a[href="${LIST}"]`).first());
  await look(visitor, 'console of an academy: partners', { expert: true });
  await visitor.press(page.locator(`main a[href="${MOODLE}"]`));
  await report.check('an academy reads a partner, sees no tester, and changes nothing', async () => {
    expect(!plain(await visitor.text()).includes(pupil.username), 'a login of a tester is on the page');
    same(await page.locator('main form, main a[href*="confirm"]').count(), 0, 'acts');
    await visitor.says('Un partenaire vaut pour toute la plateforme');
  });
  await look(visitor, 'console of an academy: one partner', { shot: 'console-partenaire-academie', expert: true });
  await alsoWithout(visitor, NOTEBOOK, 'console of an academy: one partner');
  await report.check('an academy cannot ask for a change by its address either', async () => {
    visitor.expected.add(403);
    same((await page.goto(`${MOODLE}/confirm?act=secret`)).status(), 403, 'status');
  });
  await look(visitor, 'console of an academy: not hers', { expert: true });
  await visitor.leave('partners, one academy');
}

// ---- one establishment

async function limited(run, uai) {
  const [visitor] = await invited(run, 'Noa', `establishment:${uai}`, ['people.read', 'partners.habilitate']);
  await visitor.open('/admin');
  await run.report.check('who may not read partners has none in her menu', async () => {
    const menu = await menuOf(visitor);
    expect(!menu.includes(LIST) && menu.includes(HABILITATIONS), menu.join(', '));
  });
  for (const path of [LIST, NOTEBOOK, `${NOTEBOOK}/confirm?act=trial`]) {
    await run.report.check(`${path} is not hers`, async () => {
      visitor.expected.add(403);
      same((await visitor.page.goto(path)).status(), 403, 'status');
    });
  }
  await visitor.leave('partners, one establishment');
}
