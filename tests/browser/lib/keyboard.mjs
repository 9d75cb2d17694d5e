// A walk with Tab: the skip link first, every control reached once, each with a focus one can see.

import { expect } from './report.mjs';

const TOO_MANY = 400;

// Numbers each element that Tab should reach; a group of radio buttons counts as one.
function number() {
  const radios = new Set();
  let n = 0;
  const wanted = [];
  for (const element of document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')) {
    const hidden = element.type === 'hidden' || element.disabled || element.tabIndex < 0
      || !element.checkVisibility({ visibilityProperty: true });
    if (hidden) continue;
    if (element.type === 'radio') {
      const group = `${element.form?.action ?? ''} ${element.name}`;
      if (radios.has(group)) continue;
      radios.add(group);
    }
    element.setAttribute('data-walk', n);
    wanted.push(`${n} <${element.tagName.toLowerCase()}> ${(element.textContent || element.name || '').trim().slice(0, 40)}`);
    n += 1;
  }
  return wanted;
}

function describe() {
  const element = document.activeElement;
  if (!element || element === document.body || element === document.documentElement) return null;
  const outlined = (style) => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  const shown = [null, '::after', '::before'].some((part) => outlined(getComputedStyle(element, part)));
  const box = element.getBoundingClientRect();
  const inWindow = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth
    && box.width > 0 && box.height > 0;
  return {
    n: element.getAttribute('data-walk'),
    group: element.type === 'radio' ? element.name : null,
    href: element.getAttribute('href'),
    name: `<${element.tagName.toLowerCase()}> ${(element.textContent || element.name || '').trim().slice(0, 40)}`,
    shown,
    inWindow,
  };
}

// Tab from wherever the page put the focus to the end, so that the walk begins at the top.
async function toTheTop(page) {
  for (let turn = 0; turn < TOO_MANY; turn += 1) {
    if ((await page.evaluate(describe)) === null && turn > 0) return;
    await page.keyboard.press('Tab');
  }
  throw new Error(`after ${TOO_MANY} presses of Tab the focus is still inside the page: a trap`);
}

export async function walk(page) {
  const wanted = await page.evaluate(number);
  try {
    await toTheTop(page);
    const stops = [];
    for (;;) {
      await page.keyboard.press('Tab');
      const stop = await page.evaluate(describe);
      // The end: the browser's own controls, or the first stop again where there are none.
      if (stop === null || (stops.length > 0 && stop.n !== null && stop.n === stops[0].n)) break;
      stops.push(stop);
      expect(stops.length < TOO_MANY, 'the walk never ends: a trap');
    }
    expect(stops.length > 0, 'Tab reaches nothing');
    expect(stops[0].href?.startsWith('#'), `the first stop is no skip link: ${stops[0].name}`);
    const again = stops.filter((stop, i) => stop.n !== null && stops.findIndex((s) => s.n === stop.n) !== i);
    expect(again.length === 0, () => `reached twice, a trap: ${again.map((s) => s.name).join(', ')}`);
    const reached = new Set(stops.map((stop) => stop.n));
    const missed = wanted.filter((label) => !reached.has(label.split(' ')[0]));
    expect(missed.length === 0, () => `never reached: ${missed.join(' | ')}`);
    const blind = stops.filter((stop) => !stop.shown);
    expect(blind.length === 0, () => `no visible focus on: ${blind.map((s) => s.name).join(', ')}`);
    const away = stops.filter((stop) => !stop.inWindow);
    expect(away.length === 0, () => `focused outside the window: ${away.map((s) => s.name).join(', ')}`);
    await skips(page, stops[0].href);
    return `${stops.length} stops`;
  } finally {
    await page.evaluate(() => {
      for (const element of document.querySelectorAll('[data-walk]')) element.removeAttribute('data-walk');
    });
  }
}

// The skip link moves the reading point into the main part: the next stop is inside it or after it.
async function skips(page, target) {
  await toTheTop(page);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const before = await page.evaluate((id) => {
    const main = document.querySelector(id);
    const element = document.activeElement;
    if (!main) return 'the skip link leads nowhere';
    const early = main.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING;
    return early && !main.contains(element) ? `after the skip link Tab lands before the main part: ${element.outerHTML.slice(0, 80)}` : '';
  }, target);
  expect(before === '', before);
}

// Reaches one control with Tab alone, from the top, and gives the focus there.
export async function reach(page, locator) {
  await toTheTop(page);
  for (let turn = 0; turn < TOO_MANY; turn += 1) {
    await page.keyboard.press('Tab');
    if (await locator.evaluate((element) => element === document.activeElement)) return;
    expect((await page.evaluate(describe)) !== null, `Tab never reaches ${locator}`);
  }
  throw new Error(`after ${TOO_MANY} presses of Tab ${locator} is not reached`);
}

// Reaches a link or a button, then Enter.
export async function enterOn(page, locator) {
  await reach(page, locator);
  const arrives = page.waitForEvent('load');
  await page.keyboard.press('Enter');
  await arrives;
}
