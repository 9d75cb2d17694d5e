// The checks checked: each of them has to refuse a page made to displease it.

import { createServer } from 'node:http';
import { audit } from '../lib/audit.mjs';
import { Visitor } from '../lib/browser.mjs';
import { walk } from '../lib/keyboard.mjs';
import { reflow, spacing } from '../lib/layout.mjs';
import { expect, same } from '../lib/report.mjs';
import { totp } from '../lib/totp.mjs';

const CSS = `.wide { inline-size: 900px } .tight { block-size: 1.2em; line-height: 1.2; overflow: hidden }
  a.blind:focus-visible { outline: 0 } a:focus-visible, input:focus-visible { outline: 2px solid }
  body { font: 16px sans-serif }`;
const MAIN = '<a href="#contenu">Aller au contenu</a><main id="contenu"><h1>Bien</h1>';
const PAGES = {
  good: `${MAIN}<p>Un <a href="/good">lien</a>.</p></main>`,
  unlabelled: `${MAIN}<input name="x"></main>`,
  wide: `${MAIN}<p class="wide">Large</p></main>`,
  tight: `${MAIN}<p class="tight">Une phrase assez longue pour occuper plusieurs lignes sur un petit écran, et perdre les dernières.</p></main>`,
  blind: `${MAIN}<a class="blind" href="/good">lien</a></main>`,
  skipless: '<main id="contenu"><h1>Bien</h1><a href="/good">lien</a></main>',
  trap: `${MAIN}<input id="a" aria-label="a"><input id="b" aria-label="b"></main><script src="/trap.js"></script>`,
  stranger: `${MAIN}<img alt="" src="http://127.0.0.9:9/x.png"></main>`,
  inline: `${MAIN}<p style="color: red">Rouge</p></main>`,
};
const TRAP = `document.getElementById('b').addEventListener('keydown', (event) => {
  event.preventDefault();
  document.getElementById('a').focus();
});`;

function serve() {
  const server = createServer((request, response) => {
    const name = request.url.slice(1);
    response.setHeader('content-security-policy', "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: http:");
    if (name === 'a.css') response.setHeader('content-type', 'text/css').end(CSS);
    else if (name === 'trap.js') response.setHeader('content-type', 'text/javascript').end(TRAP);
    else {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      const head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width"><link rel="icon" href="data:,"><link rel="stylesheet" href="/a.css">';
      response.end(`<!doctype html><html lang="fr"><head>${head}<title>Essai</title></head><body>${PAGES[name] ?? ''}</body></html>`);
    }
  });
  return new Promise((resolve) => { server.listen(0, '127.0.0.1', () => resolve(server)); });
}

export async function checks(run) {
  const server = await serve();
  const url = `http://127.0.0.1:${server.address().port}`;
  const visitor = await Visitor.arrive({ ...run, url });
  const { page } = visitor;
  const refuses = (what, path, check, words) => run.report.check(`checks: ${what}`, async () => {
    await visitor.open(`/${path}`);
    const said = await check(page).then(() => null, (fault) => fault.message);
    expect(said !== null, 'it was let through');
    expect(said.includes(words), `refused for another reason: ${said}`);
  });
  try {
    await run.report.check('checks: a good page passes all of them', async () => {
      await visitor.open('/good');
      for (const check of [audit, reflow, spacing, walk]) await check(page);
    });
    await refuses('axe refuses a field without a label', 'unlabelled', audit, 'label');
    await refuses('a page wider than its window is seen', 'wide', reflow, '320 px');
    await refuses('clipped text is seen', 'tight', spacing, 'clipped');
    await refuses('a focus that cannot be seen is seen', 'blind', walk, 'no visible focus');
    await refuses('a missing skip link is seen', 'skipless', walk, 'no skip link');
    await refuses('a trap is seen', 'trap', walk, 'trap');
    await run.report.check('checks: a request elsewhere and a refused style are seen', async () => {
      await visitor.open('/stranger');
      await visitor.open('/inline');
      same(visitor.strangers, ['http://127.0.0.9:9/x.png'], 'strangers');
      expect(visitor.complaints.some((line) => line.includes('Content Security Policy')), () => visitor.complaints.join('\n') || 'no complaint');
    });
    await run.report.check('checks: six digits as in RFC 6238', () => {
      same(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 59_000), '287082', 'at 59 s');
      same(totp('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 1_111_111_109_000), '081804', 'in 2005');
    });
  } finally {
    await visitor.context.close();
    server.close();
  }
}
