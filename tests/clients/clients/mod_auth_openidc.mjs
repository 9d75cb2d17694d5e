// mod_auth_openidc in a real Apache (Debian), over TLS, checking the gateway's certificate by the test authority.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Visitor } from '../../browser/lib/browser.mjs';
import { expect, same } from '../../browser/lib/report.mjs';
import { freePort, partnerFile } from '../lib/gateway.mjs';

export const name = 'mod_auth_openidc';

const MODULES = '/usr/lib/apache2/modules';

export function isThere() {
  return existsSync('/usr/sbin/apache2') && existsSync(`${MODULES}/mod_auth_openidc.so`);
}

function configuration({ port, folder, gateway, secret, id }) {
  const at = (file) => join(folder, file);
  const modules = ['mpm_event', 'authn_core', 'authz_core', 'authz_user', 'headers', 'ssl', 'socache_shmcb', 'dir', 'mime', 'auth_openidc'];
  return `ServerRoot "${folder}"
PidFile "${at('apache.pid')}"
DefaultRuntimeDir "${folder}"
Mutex file:${folder} default
ErrorLog "${at('error.log')}"
LogLevel warn
ServerName 127.0.0.1
Listen 127.0.0.1:${port}
${modules.map((module) => `LoadModule ${module}_module ${MODULES}/mod_${module}.so`).join('\n')}
TypesConfig /etc/mime.types
DocumentRoot "${at('www')}"
SSLEngine on
SSLCertificateFile "${gateway.tls.certificate}"
SSLCertificateKeyFile "${gateway.tls.key}"
OIDCProviderMetadataURL ${gateway.url}/.well-known/openid-configuration
OIDCSSLValidateServer On
OIDCCABundlePath "${gateway.tls.ca}"
OIDCClientID ${id}
OIDCClientSecret ${secret}
OIDCRedirectURI https://127.0.0.1:${port}/prive/retour
OIDCCryptoPassphrase ${secret}
OIDCScope "openid profile email ent"
OIDCPKCEMethod S256
OIDCProviderTokenEndpointAuth client_secret_basic
OIDCIDTokenSignedResponseAlg RS256
OIDCRemoteUserClaim sub
<Location /prive>
  AuthType openid-connect
  Require valid-user
  Header set X-Utilisateur "expr=%{REMOTE_USER}"
  Header set X-Prenom "expr=%{HTTP:OIDC_CLAIM_given_name}"
  Header set X-Profils "expr=%{HTTP:OIDC_CLAIM_ent_profiles}"
  Header set X-Nom "expr=%{HTTP:OIDC_CLAIM_family_name}"
</Location>
<Location />
  Require all granted
</Location>
<Location /prive>
  Require valid-user
</Location>
`;
}

async function startApache(run, id) {
  const port = await freePort();
  const { gateway } = run;
  const folder = join(gateway.folder, 'apache');
  mkdirSync(join(folder, 'www/prive'), { recursive: true, mode: 0o755 });
  writeFileSync(join(folder, 'www/prive/index.html'), '<h1>page privée</h1>');
  writeFileSync(join(folder, 'www/fin.html'), '<h1>fin</h1>');
  const origin = `https://127.0.0.1:${port}`;
  const file = partnerFile({ id, name: 'Apache', redirect: `${origin}/prive/retour`, bye: `${origin}/fin.html`, alg: 'RS256' });
  const secret = await gateway.partner(id, file);
  writeFileSync(join(folder, 'apache.conf'), configuration({ port, folder, gateway, secret, id }));
  execFileSync('/usr/sbin/apache2', ['-f', join(folder, 'apache.conf'), '-t'], { stdio: ['ignore', 'ignore', 'pipe'] });
  const child = spawn('/usr/sbin/apache2', ['-f', join(folder, 'apache.conf'), '-DFOREGROUND'], { stdio: 'ignore' });
  process.once('exit', () => child.kill('SIGTERM'));
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await fetch(`${origin}/fin.html`).catch(() => null))?.ok) return { child, origin };
    await pause(100);
  }
  throw new Error('apache does not answer');
}

export async function suite(run) {
  const { report } = run;
  const { child, origin } = await startApache(run, 'apache');
  const visitor = await Visitor.arrive(run);
  const person = run.people.of('pupil');
  await report.check('a private page leads to the login and back, with the least data', async () => {
    await visitor.page.goto(`${origin}/prive/`);
    const choice = visitor.page.locator('a[href^="/login/eleve"]');
    if (await choice.count()) await visitor.press(choice.first());
    await visitor.page.locator('[name=username]:visible').fill(person.username);
    await visitor.page.locator('[name=password]').fill(person.password);
    const arrives = visitor.page.waitForResponse((answer) => answer.url() === `${origin}/prive/` && answer.status() === 200);
    await visitor.page.locator('form[action="/login"] button.wide:not(.alt)').click();
    const headers = await (await arrives).allHeaders();
    await visitor.page.waitForURL(`${origin}/prive/`);
    expect(/^[a-z2-7]{32}$/.test(headers['x-utilisateur']), `subject: ${headers['x-utilisateur']}`);
    expect(headers['x-prenom'].toLowerCase() === person.username.split('.')[0], `first name: ${headers['x-prenom']}`);
    same(headers['x-profils'], 'National_ELV', 'profiles');
    same(headers['x-nom'] ?? '', '', 'family name');
  });
  await report.check('a second visit asks nothing', async () => {
    const answer = await visitor.page.goto(`${origin}/prive/`);
    same([answer.status(), visitor.page.url()], [200, `${origin}/prive/`], 'where she is');
  });
  await report.check('its logout ends the session at the gateway too', async () => {
    const bye = encodeURIComponent(`${origin}/fin.html`);
    await visitor.page.goto(`${origin}/prive/retour?logout=${bye}`);
    if (!visitor.page.url().startsWith(origin)) await visitor.page.locator('main form button').first().click();
    await visitor.page.waitForURL((at) => at.href.startsWith(`${origin}/fin.html`));
    await visitor.page.goto(`${origin}/prive/`);
    same(new URL(visitor.page.url()).origin, new URL(run.gateway.url).origin, 'she has to log in again');
  });
  await visitor.context.close();
  const gone = new Promise((resolve) => { child.once('exit', resolve); });
  child.kill('SIGTERM');
  await gone;
}
