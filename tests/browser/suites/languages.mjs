// The same pages in English and Occitan.

import { Visitor } from '../lib/browser.mjs';
import { look } from '../lib/look.mjs';
import { expect, same } from '../lib/report.mjs';
import { PAGES } from './public.mjs';

// Words that are the same in the three languages.
const SAME = ['Cookies'];

export async function languages(run) {
  const french = new Map();
  const visitor = await Visitor.arrive(run);
  const h1 = () => visitor.page.locator('h1').innerText();
  // The page says itself that a text stays French: lawyers have to read those over first.
  const borrowed = async () => (await visitor.page.locator('h1[lang=fr], h1 [lang=fr], main [lang=fr] h1').count()) > 0;
  for (const [path] of PAGES) {
    await visitor.open(`${path}?lang=fr`);
    french.set(path, await h1());
  }
  for (const lang of ['en', 'oc']) {
    for (const [path, name] of PAGES) {
      await visitor.open(`${path}?lang=${lang}`);
      await look(visitor, `${name}, ${lang}`, { lang, quick: true });
      await run.report.check(`${name}, ${lang}: the heading is translated`, async () => {
        const found = await h1();
        const alike = found === french.get(path) && !SAME.includes(found);
        expect(!alike || (await borrowed()), `still « ${found} »`);
        return alike ? 'French, and marked as such' : '';
      });
    }
    await run.report.check(`${lang} survives the way from / to the home`, async () => {
      await visitor.open(`/?lang=${lang}`);
      same(await visitor.page.locator('html').getAttribute('lang'), lang, 'lang');
    });
    await visitor.open('/login/eleve');
    await run.report.check(`${lang} by the button in the footer, and kept`, async () => {
      await visitor.press(visitor.page.locator(`form[action="/preferences"] button[value=${lang}]`));
      await visitor.open('/login/eleve');
      const found = await visitor.page.locator('html').getAttribute('lang');
      expect(found === lang, `lang is ${found}`);
    });
    await visitor.context.clearCookies();
  }
  await visitor.open('/login/eleve');
  for (const [theme, wanted] of [['sombre', 'dark'], ['clair', 'light']]) {
    await run.report.check(`the theme « ${theme} » is kept without script`, async () => {
      await visitor.press(visitor.page.locator(`form[action="/preferences"] button[value=${theme}]`));
      const found = await visitor.page.locator('html').getAttribute('data-theme');
      expect(found === wanted, `data-theme is ${found}`);
      const path = new URL(visitor.page.url()).pathname;
      expect(path === '/login/eleve', `the page left for ${path}`);
    });
  }
  await visitor.leave('languages');
}
