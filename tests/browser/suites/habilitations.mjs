// Habilitations in the console: an academy gives one and takes it back, an establishment gives within itself.

import { GROUP, HABILITATIONS, alsoWithout, invited, schoolOf } from '../lib/console.mjs';
import { enterOn } from '../lib/keyboard.mjs';
import { look } from '../lib/look.mjs';
import { same } from '../lib/report.mjs';

export async function habilitations(run) {
  if (!run.desk) {
    console.log('        the folder of this demonstration is not at hand');
    return;
  }
  const pupil = run.people.of('pupil');
  const colleague = await academic(run, pupil);
  await establishment(run, pupil, colleague);
}

async function give(visitor, { login, group = GROUP, days = '90', reason = 'Essai du navigateur', status = 200 }) {
  const { page } = visitor;
  await visitor.open(HABILITATIONS);
  await page.locator('#login').fill(login);
  await page.locator('#group').fill(group);
  await page.locator('#days').fill(days);
  await page.locator('#reason').fill(reason);
  await visitor.press(page.locator('form[action$="/give"] button'), status);
}

async function academic(run, pupil) {
  const [visitor, username] = await invited(run, 'Zélie', 'academy:091', ['people.read', 'partners.habilitate']);
  const { page } = visitor;
  const { report } = run;
  await visitor.open(HABILITATIONS);
  await report.check('the fields of the form stand in line', async () => {
    const boxes = await page.locator('form[action$="/give"] .input').evaluateAll((all) => all.map((one) => {
      const { top, bottom, height } = one.getBoundingClientRect();
      return { top: Math.round(top), bottom: Math.round(bottom), height: Math.round(height) };
    }));
    same([...new Set(boxes.map((box) => box.height))].length, 1, `heights ${JSON.stringify(boxes)}`);
    same([...new Set(boxes.slice(0, 3).map((box) => box.bottom))].length, 1, `lines ${JSON.stringify(boxes)}`);
  });
  await look(visitor, 'console: habilitations, nobody yet', { expert: true });
  await report.check('a login that is nobody’s is refused, and what was typed stays', async () => {
    await give(visitor, { login: 'personne.inconnue', reason: 'Une raison longue à retaper', status: 422 });
    await visitor.says('cet identifiant n’est celui de personne dans votre périmètre', '[role=alert]');
    same(await page.locator('#login').inputValue(), 'personne.inconnue', 'login');
    same(await page.locator('#reason').inputValue(), 'Une raison longue à retaper', 'reason');
    same(await page.locator('#login').getAttribute('aria-invalid'), 'true', 'aria-invalid of the login');
  });
  await look(visitor, 'console: habilitation, nobody’s login', { shot: 'console-habilitation-erreur', expert: true });
  await report.check('a duration that is none is refused at its field', async () => {
    await give(visitor, { login: pupil.username, days: '400', status: 422 });
    await visitor.says('entre 1 et 366 jours', '[role=alert]');
    same(await page.locator('#days').getAttribute('aria-invalid'), 'true', 'aria-invalid of the days');
  });
  await report.check('an habilitation is given, and stands in its group', async () => {
    await give(visitor, { login: pupil.username, days: '20' });
    await visitor.says(['L’habilitation est donnée', `Groupe ${GROUP}`, pupil.username, 'finit bientôt']);
  });
  await look(visitor, 'console: habilitations', { shot: 'console-habilitations', expert: true });
  await alsoWithout(visitor, `${HABILITATIONS}?group=${GROUP}`, 'console: habilitations');
  await report.check('by keyboard: taken back, after a page that asks', async () => {
    await enterOn(page, page.locator('tbody form button').first());
    await visitor.says(['Reprendre cette habilitation', pupil.username, 'ses connexions se ferment tout de suite']);
    await look(visitor, 'console: asks before an habilitation is taken back', { shot: 'console-habilitation-reprendre', expert: true });
    await enterOn(page, page.locator('form[action$="/revoke"] button').first());
    await visitor.says(['L’habilitation est reprise', 'finie']);
  });
  await look(visitor, 'console: an habilitation taken back', { expert: true });
  await visitor.leave('habilitations, one academy');
  return username;
}

async function establishment(run, pupil, colleague) {
  const [visitor] = await invited(run, 'Côme', `establishment:${schoolOf(run)}`, ['people.read', 'partners.habilitate']);
  const { report } = run;
  await report.check('an establishment habilitates within itself', async () => {
    await give(visitor, { login: pupil.username });
    await visitor.says('L’habilitation est donnée');
  });
  await report.check('somebody outside the establishment is nobody to it', async () => {
    await give(visitor, { login: colleague, status: 422 });
    await visitor.says('cet identifiant n’est celui de personne dans votre périmètre', '[role=alert]');
  });
  await look(visitor, 'console of an establishment: habilitations', { expert: true });
  await withoutScript(visitor);
  await visitor.leave('habilitations, one establishment');
}

async function withoutScript(visitor) {
  const bare = await visitor.twin({ script: false });
  const { page, run } = bare;
  await run.report.check('without script: an habilitation is taken back, after a page that asks', async () => {
    await bare.open(`${HABILITATIONS}?group=${GROUP}`);
    await bare.press(page.locator('tbody form button').first());
    await bare.says('Reprendre cette habilitation');
    await look(bare, 'console: asks before an habilitation is taken back, without script', { expert: true });
    await bare.press(page.locator('form[action$="/revoke"] button'));
    await bare.says('L’habilitation est reprise');
  });
  await bare.leave('habilitations without script');
}
