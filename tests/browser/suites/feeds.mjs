// A delivery in the console: whom it changes, its guards lifted by two, applied and undone; by keyboard and without script.

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { alsoWithout, invited } from '../lib/console.mjs';
import { enterOn } from '../lib/keyboard.mjs';
import { look } from '../lib/look.mjs';
import { expect, same } from '../lib/report.mjs';

const POWERS = ['feeds.read', 'feeds.run', 'people.read'];
const END_LIMIT = 60_000;

export async function feeds(run) {
  if (!run.desk) {
    console.log('        the folder of this demonstration is not at hand');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'portique-feeds-'));
  try {
    await run.desk.run('feed', 'generate', folder, '--days', '2');
    const delivery = join(folder, 'jour-2-complet', 'academie-091');
    const daily = await plan(run, delivery);
    const [first] = await invited(run, 'Solène', 'academy:091', POWERS);
    const [second] = await invited(run, 'Tiphaine', 'academy:091', POWERS);
    await read(run, first, daily);
    for (const name of readdirSync(delivery)) if (name.includes('_Eleve_')) rmSync(join(delivery, name));
    const held = await plan(run, delivery);
    await guards(run, first, second, held);
    await departures(run, first, held);
    await apply(run, first, daily);
    await undo(run, second, daily);
    await late(run, first, held);
    await progress(run, first, folder);
    await first.leave('deliveries, the first administrator');
    await second.leave('deliveries, the second administrator');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function plan(run, folder, ...options) {
  const said = JSON.parse(await run.desk.run('feed', 'plan', folder, '--json', ...options));
  expect(said.plan, () => `no plan: ${JSON.stringify(said).slice(0, 300)}`);
  return `/admin/runs/${said.plan}`;
}

async function read(run, visitor, href) {
  const { page } = visitor;
  const { report } = run;
  await visitor.open('/admin/runs');
  await look(visitor, 'console: deliveries that wait', { shot: 'console-livraisons-attente', expert: true });
  await visitor.open(href);
  await report.check('a plan says what it changes, and where', async () => {
    await visitor.says(['Rien n’est encore écrit', 'Par établissement', 'Plus forte baisse d’abord', 'Constats']);
    expect(await page.locator('main table a[href*="/changes?"]').count() > 0, 'no list of people is one link away');
  });
  await look(visitor, 'console: a delivery that waits', { shot: 'console-livraison-attend', expert: true });
  await report.check('sorted by name, on the same page', async () => {
    await visitor.press(page.locator('main .tabs a').nth(1));
    same(await page.locator('main .tabs a').nth(1).getAttribute('aria-current'), 'true', 'aria-current');
  });
  await visitor.press(page.locator('main a[href$="/sample"]'));
  await report.check('ten changes drawn at random, and what changes in them', async () => {
    same(await page.locator('main section.card').count(), 10, 'changes');
    expect(await page.locator('main section ins, main section del').count() > 0, 'no side is shown');
  });
  await look(visitor, 'console: ten changes at random', { shot: 'console-livraison-echantillon', expert: true });
  await visitor.open(href);
  await report.check('by keyboard: to the people of one establishment', async () => {
    await enterOn(page, page.locator('main table a[href*="/changes?"]').first());
    await page.locator('main details summary').first().focus();
    await page.keyboard.press('Enter');
    expect(await page.locator('main details[open] table').count() === 1, 'nothing unfolds');
  });
  await look(visitor, 'console: people who change', { shot: 'console-livraison-personnes', expert: true });
  await alsoWithout(visitor, new URL(page.url()).pathname + new URL(page.url()).search, 'console: people who change');
}

// Everything that is not one establishment's, lifted: the gravest by two.
async function guards(run, first, second, href) {
  const { page } = first;
  const { report } = run;
  await first.open(href);
  await report.check('a guard that holds all of it says so, and nothing can be applied', async () => {
    await first.says(['Retenue par un garde-fou', 'il faut deux personnes différentes']);
    same(await page.locator('main a[href$="/apply"]').count(), 0, 'ways to apply');
  });
  await look(first, 'console: a delivery that is held', { shot: 'console-livraison-retenue', expert: true });
  const grave = 'main a[href*="guard=missing_category"]';
  await report.check('by keyboard: to the form that lifts a guard', () => enterOn(page, page.locator(grave)));
  await look(first, 'console: lifting a guard', { shot: 'console-garde-fou', expert: true });
  await report.check('a reason is needed', async () => {
    await first.press(page.locator('main form button'), 422);
    await first.says('Il manque le motif', '[role=alert]');
    same(await page.locator('#reason').getAttribute('aria-invalid'), 'true', 'aria-invalid of the reason');
  });
  await look(first, 'console: lifting a guard, without a reason', { expert: true });
  await report.check('one person is not enough for the gravest', async () => {
    await lift(first);
    await first.says('Il faut encore une autre personne');
    await first.press(page.locator(grave));
    await lift(first, 409);
    await first.says('Vous avez déjà donné votre voix', '[role=alert]');
  });
  await look(first, 'console: lifting a guard twice', { shot: 'console-garde-fou-deux', expert: true });
  await report.check('a second one lifts it, without script', async () => {
    const bare = await second.twin({ script: false });
    await bare.open(href);
    await bare.press(bare.page.locator(grave));
    await lift(bare);
    await bare.says('Le garde-fou est levé');
    await bare.leave('a second person, without script');
  });
}

// The departures of a whole profile, lifted: their number has to be typed. It is not applied after all.
async function departures(run, visitor, href) {
  const { page } = visitor;
  const { report } = run;
  await visitor.open(href);
  const wide = page.locator('main .note a[href*="/lift?"]');
  while (await wide.count()) {
    await visitor.press(wide.first());
    await lift(visitor);
  }
  await visitor.press(page.locator('main a[href$="/apply"]'));
  await report.check('many departures ask for their number', async () => {
    await page.locator('#number').fill('1');
    await visitor.press(page.locator('main form button'), 422);
    await visitor.says(['Ce n’est pas le bon nombre', 'Rien n’a été modifié'], '[role=alert]');
    same(await page.locator('#number').getAttribute('aria-invalid'), 'true', 'aria-invalid of the number');
  });
  await look(visitor, 'console: a wrong number of departures', { shot: 'console-livraison-nombre', expert: true });
}

async function lift(visitor, status = 200) {
  await visitor.page.locator('#reason').fill('Essai du navigateur');
  await visitor.press(visitor.page.locator('main form button'), status);
}

// Until the work has ended; what its page looked like while it went on.
async function ended(visitor, name) {
  const { page } = visitor;
  const end = Date.now() + END_LIMIT;
  while (page.url().includes('/progress')) {
    expect(Date.now() < end, `${name} does not end`);
    await visitor.open(new URL(page.url()).pathname);
  }
}

async function apply(run, visitor, href) {
  const { page } = visitor;
  const { report } = run;
  await visitor.open(href);
  await visitor.press(page.locator('main a[href$="/apply"]'));
  await report.check('applying says what will be done', () => visitor.says(['Tout devient visible en une seule fois, ou rien', 'Comptes à activer', 'Codes d’activation à imprimer']));
  await look(visitor, 'console: before a delivery is applied', { shot: 'console-livraison-appliquer', expert: true });
  await alsoWithout(visitor, `${href}/apply`, 'console: before a delivery is applied');
  await report.check('by keyboard: it is applied', async () => {
    await enterOn(page, page.locator('main form button'));
    await ended(visitor, 'applying');
    await visitor.says(['La livraison est appliquée', 'Ce plan est appliqué']);
  });
  await look(visitor, 'console: a delivery that was applied', { shot: 'console-livraison-appliquee', expert: true });
}

// Many newcomers of another source take long enough to be looked at on their way; then they go again.
async function progress(run, visitor, folder) {
  const { page } = visitor;
  const { report } = run;
  const many = join(folder, 'beaucoup');
  await run.desk.run('feed', 'generate', many, '--persons', '12000', '--seed', '9');
  const href = await plan(run, join(many, 'academie-091'), '--source', 'essai');
  await visitor.open(`${href}/apply`);
  await visitor.press(page.locator('main form button'));
  await report.check('the progress of a long run is shown, and comes back by itself', async () => {
    const answer = await visitor.open(`${href}/progress`);
    same(answer.headers().refresh, '3', 'Refresh');
    await visitor.press(page.locator('main a[href$="still=1"]').last());
    await visitor.says(['est en train d’être appliquée', 'le travail continue']);
    same(await page.locator('main a[href$="/progress"]').count(), 1, 'ways to follow it again');
  });
  await look(visitor, 'console: a delivery on its way', { shot: 'console-livraison-avance', expert: true });
  await ended(visitor, 'a long run');
  await visitor.open(`${href}/undo`);
  await page.locator('#reason').fill('Essai du navigateur');
  await visitor.press(page.locator('main form button'));
  await ended(visitor, 'undoing a long run');
  await report.check('a long run is undone', () => visitor.says('La livraison est annulée'));
}

async function undo(run, visitor, href) {
  const { page } = visitor;
  const { report } = run;
  await visitor.open(href);
  await visitor.press(page.locator('main a[href$="/undo"]'));
  await report.check('undoing says what comes back and what stays', () => visitor.says(['Ce qui revient', 'Ce qui reste', 'mot de passe choisi']));
  await look(visitor, 'console: before a run is undone', { shot: 'console-livraison-annuler', expert: true });
  await report.check('a reason is needed to undo', async () => {
    await visitor.press(page.locator('main form button'), 422);
    await visitor.says('Il manque le motif', '[role=alert]');
  });
  await report.check('without script: it is undone', async () => {
    const bare = await visitor.twin({ script: false });
    await bare.open(`${href}/undo`);
    await bare.page.locator('#reason').fill('Essai du navigateur');
    await bare.press(bare.page.locator('main form button'));
    await ended(bare, 'undoing');
    await bare.says(['La livraison est annulée', 'puis annulé']);
    await look(bare, 'console: a run that was undone, without script', { expert: true });
    await bare.leave('undoing without script');
  });
}

async function late(run, visitor, href) {
  await visitor.open(href);
  await run.report.check('a plan that was left behind says: plan again', async () => {
    await visitor.says(['L’annuaire a changé depuis la préparation de ce plan', 'Préparez un nouveau plan']);
    same(await visitor.page.locator('main a[href$="/apply"]').count(), 0, 'ways to apply');
  });
  await look(visitor, 'console: a plan that was left behind', { shot: 'console-livraison-depassee', expert: true });
}
