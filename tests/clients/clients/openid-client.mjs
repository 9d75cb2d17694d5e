// openid-client (npm), a certified relying party: every check of the answers is the library's own.

import * as oidc from 'openid-client';
import { createServer } from 'node:http';
import { Visitor } from '../../browser/lib/browser.mjs';
import { expect, same } from '../../browser/lib/report.mjs';
import { freePort, partnerFile } from '../lib/gateway.mjs';

export const name = 'openid-client';

// Where the browser comes back: a page that says nothing; the address is what counts.
async function landing() {
  const port = await freePort();
  const server = createServer((_, answer) => answer.end('<h1>retour</h1>')).listen(port, '127.0.0.1');
  process.once('exit', () => server.close());
  return { origin: `http://127.0.0.1:${port}`, server };
}

async function ask(config, redirect, extra = {}) {
  const [verifier, state, nonce] = [oidc.randomPKCECodeVerifier(), oidc.randomState(), oidc.randomNonce()];
  const url = oidc.buildAuthorizationUrl(config, {
    redirect_uri: redirect,
    scope: 'openid profile email ent',
    code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    state,
    nonce,
    ...extra,
  });
  return { url: url.href, checks: { pkceCodeVerifier: verifier, expectedState: state, expectedNonce: nonce, idTokenExpected: true } };
}

async function come(visitor, config, request, options = {}) {
  await visitor.page.goto(request.url);
  const back = new URL(visitor.page.url());
  return oidc.authorizationCodeGrant(config, back, { ...request.checks, ...options });
}

async function whole(run, alg) {
  const { gateway, report } = run;
  const { origin, server } = await landing();
  const [redirect, bye] = [`${origin}/retour`, `${origin}/fin`];
  const id = `openid-client-${alg.toLowerCase()}`;
  const secret = await gateway.partner(id, partnerFile({ id, name: `Client ${alg}`, redirect, bye, alg }));
  const config = await oidc.discovery(new URL(gateway.url), id, { id_token_signed_response_alg: alg }, oidc.ClientSecretBasic(secret));
  const visitor = await Visitor.arrive(run);
  let tokens;
  let first;
  let spent;

  await report.check(`${alg}: nobody is in, prompt=none says login_required`, async () => {
    const request = await ask(config, redirect, { prompt: 'none' });
    const fault = await come(visitor, config, request).catch((error) => error);
    same(fault.error, 'login_required', 'error');
  });
  await report.check(`${alg}: a pupil logs in on the way and comes back with a code that is worth an ID token`, async () => {
    const request = await ask(config, redirect);
    await visitor.page.goto(request.url);
    await throughLogin(visitor, run);
    const back = new URL(visitor.page.url());
    same(back.origin, origin, 'where she ends');
    tokens = await oidc.authorizationCodeGrant(config, back, request.checks);
    first = tokens.claims();
    expect(!('given_name' in first), 'no name in the ID token');
    spent = { back, checks: request.checks };
  });
  await report.check(`${alg}: a code is worth one token, and shown again it closes what it gave`, async () => {
    const fault = await oidc.authorizationCodeGrant(config, spent.back, spent.checks).catch((error) => error);
    same(fault.error, 'invalid_grant', 'error');
    const dead = await oidc.fetchUserInfo(config, tokens.access_token, first.sub).catch((error) => error);
    same([dead.name, dead.status], ['WWWAuthenticateChallengeError', 401], 'the token');
    tokens = await come(visitor, config, await ask(config, redirect));
  });
  await report.check(`${alg}: userinfo gives what the policy names and nothing else`, async () => {
    const claims = await oidc.fetchUserInfo(config, tokens.access_token, first.sub);
    same(Object.keys(claims).sort(), ['ent_profiles', 'given_name', 'sub'], 'claims');
    same(claims.ent_profiles, ['National_ELV'], 'profiles');
  });
  await report.check(`${alg}: prompt=none passes in silence, same subject and same auth_time`, async () => {
    const silent = (await come(visitor, config, await ask(config, redirect, { prompt: 'none' }))).claims();
    same([silent.sub, silent.auth_time], [first.sub, first.auth_time], 'subject and time');
  });
  await report.check(`${alg}: max_age and prompt=login ask for the password again`, async () => {
    const request = await ask(config, redirect, { prompt: 'login', max_age: '3600' });
    await new Promise((resolve) => { setTimeout(resolve, 1_100); });
    await visitor.page.goto(request.url);
    await throughLogin(visitor, run);
    const back = new URL(visitor.page.url());
    const fresh = (await oidc.authorizationCodeGrant(config, back, { ...request.checks, maxAge: 3600 })).claims();
    expect(fresh.auth_time > first.auth_time, `auth_time ${fresh.auth_time} is not later than ${first.auth_time}`);
    same(fresh.sub, first.sub, 'subject');
  });
  await report.check(`${alg}: RP-initiated logout ends the session and comes back`, async () => {
    const url = oidc.buildEndSessionUrl(config, { post_logout_redirect_uri: bye, id_token_hint: tokens.id_token, state: 'a b&c' });
    await visitor.page.goto(url.href);
    if (new URL(visitor.page.url()).origin !== origin) await visitor.page.locator('main form button').first().click();
    await visitor.page.waitForURL((at) => at.origin === origin);
    const at = new URL(visitor.page.url());
    same([at.pathname, at.searchParams.get('state')], ['/fin', 'a b&c'], 'where she ends');
    const fault = await come(visitor, config, await ask(config, redirect, { prompt: 'none' })).catch((error) => error);
    same(fault.error, 'login_required', 'error');
    const dead = await oidc.fetchUserInfo(config, tokens.access_token, first.sub).catch((error) => error);
    same([dead.name, dead.status], ['WWWAuthenticateChallengeError', 401], 'the token died with the session');
  });
  await visitor.context.close();
  server.close();
}

async function throughLogin(visitor, run) {
  const person = run.people.of('pupil');
  const choice = visitor.page.locator('a[href^="/login/eleve"]');
  if (await choice.count()) await visitor.press(choice.first());
  await visitor.page.locator('[name=username]:visible').fill(person.username);
  await visitor.page.locator('[name=password]').fill(person.password);
  await visitor.page.locator('form[action="/login"] button.wide:not(.alt)').click();
  await visitor.page.waitForURL((at) => at.hostname === '127.0.0.1');
}

export async function suite(run) {
  await whole(run, 'RS256');
  await whole(run, 'ES256');
}
