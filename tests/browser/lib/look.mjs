// Everything that holds on every page, looked at in the state in which the journey left it.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit, unfold } from './audit.mjs';
import { walk } from './keyboard.mjs';
import { reflow, spacing } from './layout.mjs';
import { shrink } from './png.mjs';
import { expect, same } from './report.mjs';

const FORBIDDEN = /\b(SAML|jeton|assertion|token|IdP|session invalide|erreur 500|fédération)\b/i;
const SCREEN_LIMIT = 60_000;

function facts() {
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
  return {
    lang: document.documentElement.lang,
    title: document.title.trim(),
    h1: document.querySelectorAll('h1').length,
    twice: ids.filter((id, i) => ids.indexOf(id) !== i),
    inline: document.querySelectorAll('[style], style, script:not([src]), [onclick], [onsubmit], [onload]').length,
    frames: document.querySelectorAll('iframe, frame, object, embed').length,
    unfilled: document.body.innerText.match(/\{[^}\n]{0,30}\}|\{\{/g) ?? [],
    windows: document.querySelectorAll('[target]').length,
    words: document.body.innerText,
  };
}

// options: lang, expert (console pages may name protocols), shot (file name of a screenshot),
// quick (only facts and one audit, for pages seen elsewhere in full).
export async function look(visitor, name, { lang = 'fr', expert = false, shot, quick = false } = {}) {
  const { page, run } = visitor;
  const { report } = run;
  await report.check(`${name}: facts of the page`, async () => {
    const found = await page.evaluate(facts);
    same(found.lang, lang, 'lang');
    same(found.h1, 1, 'number of h1');
    expect(found.title !== '', 'no title');
    same(found.twice, [], 'ids given twice');
    same(found.inline, 0, 'inline styles or scripts');
    same(found.frames, 0, 'frames');
    same(found.windows, 0, 'links with a target');
    same(found.unfilled, [], 'words that were never filled in');
    const word = expert ? null : FORBIDDEN.exec(found.words);
    expect(word === null, () => `a forbidden word: ${word[0]}`);
  });
  if (shot && run.screens) await screens(visitor, shot);
  if (!visitor.script) {
    await report.check(`${name}: fits 320 px`, () => reflow(page));
    return;
  }
  await unfold(page, true);
  await report.check(`${name}: axe, light`, () => audit(page));
  if (quick) {
    await unfold(page, false);
    return;
  }
  await page.emulateMedia({ colorScheme: 'dark' });
  await report.check(`${name}: axe, dark`, () => audit(page));
  await page.emulateMedia({ colorScheme: 'light' });
  await report.check(`${name}: fits 320 px`, () => reflow(page));
  await report.check(`${name}: takes wider and larger text`, () => spacing(page));
  await unfold(page, false);
  await report.check(`${name}: by keyboard`, () => walk(page));
}

async function screens(visitor, shot) {
  const { page, run } = visitor;
  mkdirSync(run.screens, { recursive: true });
  const before = page.viewportSize();
  for (const [width, height, colorScheme] of [[1280, 800, 'light'], [390, 780, 'dark']]) {
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme });
    await page.evaluate(() => { document.activeElement?.blur(); scrollTo(0, 0); });
    // The caret stays: hiding it would write styles into the page.
    const png = shrink(await page.screenshot({ animations: 'disabled', caret: 'initial', fullPage: run.whole }));
    const path = join(run.screens, `${shot}-${width}-${colorScheme}.png`);
    writeFileSync(path, png);
    if (png.length > SCREEN_LIMIT) console.log(`        ${path} weighs ${png.length} bytes`);
  }
  await page.setViewportSize(before);
  await page.emulateMedia({ colorScheme: 'light' });
}
