// What pages weigh on the wire, and how long they take on a thin one (ux-and-law §4.4).

import { Visitor } from '../lib/browser.mjs';
import { enter } from '../lib/people.mjs';
import { expect, same } from '../lib/report.mjs';

const LOGIN_LIMIT = 25_000;
const PORTAL_LIMIT = 60_000;
const FIRST_WORDS = 2_500;

// Bytes and addresses of one visit with an empty cache, headers included.
async function weigh(visitor, path) {
  const line = await visitor.context.newCDPSession(visitor.page);
  await line.send('Network.enable');
  await line.send('Network.setCacheDisabled', { cacheDisabled: true });
  const urls = new Map();
  let bytes = 0;
  line.on('Network.requestWillBeSent', ({ requestId, request }) => {
    if (!request.url.startsWith('data:')) urls.set(requestId, request.url);
  });
  line.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (urls.has(requestId)) bytes += encodedDataLength;
  });
  await visitor.open(path);
  await visitor.page.waitForLoadState('networkidle');
  await line.detach();
  return { bytes, urls: [...urls.values()].map((url) => new URL(url).pathname) };
}

export async function weight(run) {
  const { report } = run;
  const bare = await Visitor.arrive(run, { script: false });
  await report.check('login without script: 2 requests, 25 KB at most', async () => {
    const found = await weigh(bare, '/login/eleve');
    same(found.urls.length, 2, `requests (${found.urls.join(', ')})`);
    expect(found.bytes <= LOGIN_LIMIT, `${found.bytes} bytes`);
    return `${found.bytes} bytes`;
  });
  await bare.leave('weight without script');

  const visitor = await Visitor.arrive(run);
  await report.check('login with script: 25 KB at most, nothing but page, style and script', async () => {
    const found = await weigh(visitor, '/login/eleve');
    expect(found.urls.length <= 3, `requests: ${found.urls.join(', ')}`);
    expect(found.bytes <= LOGIN_LIMIT, `${found.bytes} bytes`);
    return `${found.urls.length} requests, ${found.bytes} bytes`;
  });
  await report.check('files that never change are kept for a year', async () => {
    const found = await weigh(visitor, '/login/eleve');
    for (const path of found.urls.filter((url) => url.startsWith('/assets/'))) {
      const cache = (await visitor.context.request.get(path)).headers()['cache-control'] ?? '';
      expect(/max-age=31536000/.test(cache) && /immutable/.test(cache), `${path}: ${cache}`);
    }
  });
  await enter(visitor, 'pupil');
  await report.check('portal of the pupil: 60 KB at most', async () => {
    const found = await weigh(visitor, '/');
    expect(found.bytes <= PORTAL_LIMIT, `${found.bytes} bytes`);
    return `${found.urls.length} requests, ${found.bytes} bytes`;
  });
  await report.check('her data: 60 KB at most', async () => {
    const found = await weigh(visitor, '/me');
    expect(found.bytes <= PORTAL_LIMIT, `${found.bytes} bytes`);
    return `${found.urls.length} requests, ${found.bytes} bytes`;
  });
  await visitor.leave('weight');

  const far = await Visitor.arrive(run);
  await report.check('login is readable within 2.5 s at 400 kbit/s with 400 ms of delay', async () => {
    const line = await far.context.newCDPSession(far.page);
    await line.send('Network.enable');
    await line.send('Network.emulateNetworkConditions', { offline: false, latency: 400, downloadThroughput: 50_000, uploadThroughput: 50_000 });
    await far.open('/login/eleve');
    // The browser notes a paint a moment after it; the time that it notes is that of the paint.
    const noted = await far.page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    const painted = await noted.jsonValue();
    expect(painted > 0 && painted <= FIRST_WORDS, `first words after ${painted} ms`);
    return `${Math.round(painted)} ms`;
  });
  await far.leave('a thin line');
}
