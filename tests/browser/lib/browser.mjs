// Chromium, and visitors: one browser context each, watched from its first request to its last.

import { chromium } from 'playwright-core';
import { expect } from './report.mjs';

const FLAGS = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export function launch() {
  return chromium.launch({
    executablePath: process.env.PORTIQUE_CHROMIUM ?? '/usr/bin/chromium',
    headless: true,
    args: FLAGS,
  });
}

// What one visitor did that a page must never cause. `expected` holds status codes that the test
// itself provokes: Chromium reports each of them as a console error.
function watch(context, visitor, seenCookies) {
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.protocol === 'data:' || url.origin === visitor.origin) return;
    visitor.strangers.push(request.url());
  });
  context.on('response', async (response) => {
    // An application beside the gateway has cookies of its own.
    if (new URL(response.url()).origin !== visitor.origin) return;
    try {
      for (const header of await response.headersArray()) {
        if (header.name.toLowerCase() === 'set-cookie') seenCookies.push(header.value);
      }
    } catch { /* The page was closed before its headers were read. */ }
  });
  context.on('console', (message) => {
    if (!['error', 'warning'].includes(message.type())) return;
    const text = message.text();
    const status = /status of (\d{3})/.exec(text)?.[1];
    if (status && visitor.expected.has(Number(status))) return;
    visitor.complaints.push(`${message.location()?.url ?? ''} ${text}`);
  });
  context.on('weberror', (error) => visitor.complaints.push(String(error.error())));
}

export class Visitor {
  strangers = [];
  complaints = [];
  expected = new Set();

  static async arrive(run, { script = true, width = 1280, height = 800, locale = 'fr-FR' } = {}) {
    const visitor = new Visitor();
    visitor.run = run;
    visitor.script = script;
    visitor.origin = new URL(run.url).origin;
    visitor.context = await run.browser.newContext({
      baseURL: run.url, javaScriptEnabled: script, viewport: { width, height }, deviceScaleFactor: 1, locale,
      colorScheme: 'light', reducedMotion: 'reduce',
    });
    visitor.context.setDefaultTimeout(30_000);
    watch(visitor.context, visitor, run.seenCookies);
    visitor.page = await visitor.context.newPage();
    return visitor;
  }

  // The same person in another browser: its session, and nothing of its pages.
  async twin(options) {
    const other = await Visitor.arrive(this.run, options);
    await other.context.addCookies(await this.context.cookies());
    return other;
  }

  // Opens an address and insists on its status.
  async open(path, status = 200) {
    if (status >= 400) this.expected.add(status);
    const answer = await this.page.goto(path);
    const found = answer?.status();
    expect(found === status, `${path} answered ${found}, not ${status} (${await this.where()})`);
    return answer;
  }

  // Presses what leads to another page. `status`: the one that the page after the redirects answers.
  async press(locator, status = 200) {
    if (status >= 400) this.expected.add(status);
    const where = this.page.url();
    await locator.waitFor({ timeout: 5_000 }).catch(() => {
      throw new Error(`not on ${where}: ${locator}`);
    });
    const asked = [];
    const note = (request) => asked.push(`${request.method()} ${request.url()}`);
    this.page.on('request', note);
    const arrives = this.page.waitForResponse((r) => {
      const main = r.request().isNavigationRequest() && r.frame() === this.page.mainFrame();
      return main && (r.status() < 300 || r.status() >= 400);
    });
    const [answer] = await Promise.all([arrives, locator.click()]).catch(async (fault) => {
      throw new Error(`pressed on ${where}, then: ${asked.join(', ') || 'no request'}; now at ${await this.where()}\n${fault.message}`);
    });
    this.page.off('request', note);
    await this.page.waitForLoadState('load');
    const found = answer.status();
    expect(found === status, `from ${where}: answered ${found}, not ${status} (${await this.where()})`);
    return answer;
  }

  async where() {
    try {
      const h1 = await this.page.locator('h1').allTextContents();
      const alert = await this.page.locator('[role=alert]').allTextContents();
      const said = alert.join(' ').replace(/\s+/g, ' ').trim();
      return `${this.page.url()} « ${h1.join(' | ')} »${said ? ` alert: ${said}` : ''}`;
    } catch {
      return this.page.url();
    }
  }

  text() {
    return this.page.locator('body').innerText();
  }

  async says(words, where = 'main') {
    const found = plain(await this.page.locator(where).innerText());
    const missing = [words].flat().filter((part) => !found.includes(plain(part)));
    expect(missing.length === 0, () => `the page does not say: ${missing.join(' | ')}\nit says: ${found.slice(0, 500)}`);
  }

  // Ends the visit and tells what it left behind.
  async leave(name) {
    const { report } = this.run;
    await report.check(`${name}: no request leaves the origin`, () => {
      expect(this.strangers.length === 0, () => this.strangers.join('\n'));
    });
    await report.check(`${name}: the console stays silent`, () => {
      expect(this.complaints.length === 0, () => [...new Set(this.complaints)].join('\n'));
    });
    await this.context.close();
  }
}

// Typography aside: non-breaking spaces and curly apostrophes are the page's business.
export function plain(text) {
  return text.replace(/[\u00a0\u202f\s]+/g, ' ').replace(/[’']/g, "'").trim();
}
