// Reflow, text spacing, larger text: what the page looks like when the reader changes it.

import { expect } from './report.mjs';

const SPACING = `
  *, *::before, *::after { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
  p { margin-block-end: 2em !important }`;
const LARGER = 'html { font-size: 200% !important }';

// How much wider than its window the page is, and who makes it so.
function overflow() {
  const root = document.documentElement;
  const wide = [];
  for (const element of root.scrollWidth > root.clientWidth ? document.body.querySelectorAll('*') : []) {
    const box = element.getBoundingClientRect();
    if (box.right > root.clientWidth + 1 && !element.closest('.scroll')) {
      wide.push(`<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ends at ${Math.round(box.right)}`);
    }
  }
  return { page: root.scrollWidth, window: root.clientWidth, wide: wide.slice(0, 5) };
}

// Boxes that hide a part of their own text.
function clipped() {
  const bad = [];
  for (const element of document.body.querySelectorAll('*')) {
    const style = getComputedStyle(element);
    const hides = ['hidden', 'clip'].includes(style.overflowY) || ['hidden', 'clip'].includes(style.overflowX);
    const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
    const unseen = element.clientWidth <= 1 || element.clientHeight <= 1 || element.closest('.vh');
    if (!hides || !own || unseen || ['SELECT', 'OPTION', 'SVG'].includes(element.tagName)) continue;
    if (element.scrollHeight > element.clientHeight + 1 || element.scrollWidth > element.clientWidth + 1) {
      bad.push(`<${element.tagName.toLowerCase()} class="${element.getAttribute('class') ?? ''}"> ${element.textContent.trim().slice(0, 40)}`);
    }
  }
  return bad;
}

// A constructed stylesheet: the page's own policy refuses inline styles, and we do not weaken it.
async function withStyle(page, css, act) {
  await page.evaluate((text) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(text);
    document.adoptedStyleSheets = [sheet];
  }, css);
  try {
    return await act();
  } finally {
    await page.evaluate(() => { document.adoptedStyleSheets = []; });
  }
}

async function fits(page, what) {
  const found = await page.evaluate(overflow);
  expect(found.page <= found.window, () => `${what}: ${found.page} px of page in a window of ${found.window} px\n${found.wide.join('\n')}`);
}

async function at(page, sizes, act) {
  const before = page.viewportSize();
  try {
    for (const [width, height] of sizes) {
      await page.setViewportSize({ width, height });
      await act(`${width} x ${height}`);
    }
  } finally {
    await page.setViewportSize(before);
  }
}

export async function reflow(page) {
  await at(page, [[320, 256], [320, 640], [768, 1024]], (size) => fits(page, size));
}

export async function spacing(page) {
  await withStyle(page, SPACING, () => at(page, [[1280, 800], [320, 640]], async (size) => {
    await fits(page, `spaced text, ${size}`);
    const bad = await page.evaluate(clipped);
    expect(bad.length === 0, () => `spaced text, ${size}: clipped\n${bad.join('\n')}`);
  }));
  await withStyle(page, LARGER, () => at(page, [[1280, 800]], async (size) => {
    await fits(page, `text at 200 %, ${size}`);
    const bad = await page.evaluate(clipped);
    expect(bad.length === 0, () => `text at 200 %, ${size}: clipped\n${bad.join('\n')}`);
  }));
}
