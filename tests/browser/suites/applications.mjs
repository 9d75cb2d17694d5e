// The main job, end to end: a tile and a textbook open with the least data, `/me` tells, and leaving closes.

import { Visitor, plain } from '../lib/browser.mjs';
import { look } from '../lib/look.mjs';
import { enter, mainButton } from '../lib/people.mjs';
import { expect, same } from '../lib/report.mjs';

export async function applications(run) {
  if (!run.application) {
    console.log('        no application beside this gateway');
    return;
  }
  for (const script of [true, false]) await pupil(run, script);
  await fromTheApplication(run);
  await parent(run);
  await stranger(run);
}

// What the application shows that it received: names and values.
async function received(visitor) {
  return visitor.page.locator('dl').first().evaluate((list) => {
    const words = [...list.children].map((each) => each.textContent);
    return Object.fromEntries(words.filter((_, at) => at % 2 === 0).map((name, at) => [name, words[at * 2 + 1]]));
  });
}

async function arrives(visitor, path) {
  await visitor.page.waitForURL(`${visitor.run.application}${path}`);
}

async function pupil(run, script) {
  const { report } = run;
  const how = script ? 'with script' : 'without script';
  const visitor = await Visitor.arrive(run, { script });
  await enter(visitor, 'pupil');
  await report.check(`a tile opens the notebook, which learns a first name, a profile and a class, ${how}`, async () => {
    await visitor.page.locator('a[href^="/partners/demo-app/open"]').first().click();
    await arrives(visitor, '/carnet/');
    const data = await received(visitor);
    same(Object.keys(data).sort(), ['ent_classes', 'ent_profiles', 'given_name', 'sub'], 'what it received');
    expect(/^[a-z2-7]{32}$/.test(data.sub), `sub: ${data.sub}`);
  });
  await report.check(`the médiacentre gives her textbook, and the publisher learns no name, ${how}`, async () => {
    await visitor.open('/mediacentre');
    await visitor.says('Mathématiques du Causse');
    if (script) await look(visitor, 'médiacentre', { shot: 'mediacentre' });
    await visitor.press(visitor.page.locator('li.tile a').first());
    await visitor.says('ce site recevra');
    if (script) await look(visitor, 'textbook: the notice', { shot: 'manuel-annonce' });
    await visitor.page.locator('form[action^="/resources/"] button').first().click();
    await arrives(visitor, '/manuels/');
    const data = await received(visitor);
    same(Object.keys(data).sort(), ['ent_profiles', 'ent_uai', 'sub'], 'what it received');
    expect(/^[0-9a-f]{128}$/.test(data.sub), `sub: ${data.sub}`);
  });
  await report.check(`her page tells who received what, ${how}`, async () => {
    await visitor.open('/me');
    await visitor.says(['Carnet de projets', 'Manuels du Causse', 'votre prénom']);
  });
  if (script) await look(visitor, 'my data, with receipts', { shot: 'mes-donnees-recu' });
  await report.check(`leaving the ENT closes the applications at their next page, and the report names them, ${how}`, async () => {
    await visitor.open('/');
    await visitor.press(visitor.page.locator('form.out button'));
    await visitor.says(['Votre espace est fermé', 'Carnet de projets', 'Manuels du Causse']);
    if (script) await look(visitor, 'logout with applications', { shot: 'deconnexion-applications' });
    await visitor.page.goto(`${run.application}/carnet/`);
    expect(plain(await visitor.text()).includes("l'ENT a fermé la connexion"), await visitor.text());
  });
  await visitor.context.close();
}

async function fromTheApplication(run) {
  const { report } = run;
  const visitor = await Visitor.arrive(run);
  const person = run.people.of('pupil');
  await report.check('from the application she logs in on the way, and comes back to it', async () => {
    await visitor.page.goto(`${run.application}/carnet/entrer`);
    await visitor.press(visitor.page.locator('a[href^="/login/eleve"]').first());
    await visitor.page.locator('[name=username]:visible').fill(person.username);
    await visitor.page.locator('[name=password]').fill(person.password);
    await mainButton(visitor, '/login').click();
    await arrives(visitor, '/carnet/');
  });
  await report.check('asked for, the password is asked again, and it is the same person', async () => {
    const before = (await received(visitor)).sub;
    await visitor.page.locator('a[href$="demander=mot-de-passe"]').click();
    await visitor.press(visitor.page.locator('a[href^="/login/eleve"]').first());
    await visitor.page.locator('[name=username]:visible').fill(person.username);
    await visitor.page.locator('[name=password]').fill(person.password);
    await mainButton(visitor, '/login').click();
    await arrives(visitor, '/carnet/');
    same((await received(visitor)).sub, before, 'sub');
  });
  await report.check('its way out leaves the ENT too and comes back', async () => {
    await visitor.page.locator('a[href="/carnet/sortir"]').click();
    await arrives(visitor, '/carnet/');
    await visitor.page.locator('a[href$="demander=rien"]').click();
    await visitor.page.waitForURL((at) => at.pathname === '/carnet/retour');
    expect(plain(await visitor.text()).includes("l'ENT a refusé"), await visitor.text());
  });
  await visitor.context.close();
}

async function parent(run) {
  const visitor = await Visitor.arrive(run);
  await enter(visitor, 'parent');
  await run.report.check('a tile on a child’s card tells the notebook of that child, by a code alone', async () => {
    await visitor.page.locator('.child a[href*="child="]').first().click();
    await arrives(visitor, '/carnet/');
    const data = await received(visitor);
    expect(/^[a-z2-7]{32}$/.test(data.ent_child) && data.ent_child !== data.sub, JSON.stringify(Object.keys(data)));
  });
  await run.report.check('a parent reads that textbooks open with the pupil’s account', async () => {
    await visitor.open('/mediacentre');
    await visitor.says('Les manuels numériques s’ouvrent avec le compte de l’élève');
  });
  await visitor.open('/');
  await visitor.press(visitor.page.locator('form.out button'));
  await visitor.context.close();
}

// Nobody is in, and a robot that only looks begins nothing.
async function stranger(run) {
  const visitor = await Visitor.arrive(run);
  await run.report.check('who only tries whether she is in is told no, without a page', async () => {
    await visitor.page.goto(`${run.application}/carnet/entrer?demander=rien`);
    same(new URL(visitor.page.url()).pathname, '/carnet/retour', 'where she ends');
  });
  await visitor.context.close();
}
