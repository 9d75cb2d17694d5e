// The gateway as an operator sets it up: settings, keys, charters, a delivery, partners; then `serve`.

import { spawn } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { command } from '../../lib/server.mjs';

const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PORTIQUE_')));

export async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => { server.once('listening', resolve); });
  const { port } = server.address();
  await new Promise((resolve) => { server.close(resolve); });
  return port;
}

function settings({ port, management, folder, tls }) {
  return `[public]
address = "https://localhost:${port}"
listen = "127.0.0.1:${port}"
[public.tls]
certificate = "${tls.certificate}"
key = "${tls.key}"
[management]
listen = "127.0.0.1:${management}"
[data]
folder = "${join(folder, 'data')}"
[keys]
root_key_file = "${join(folder, 'root.key')}"
[instance]
name = "ENT des tests"
[instance.support]
name = "Assistance"
[instance.legal]
publisher = "a"
publication_director = "b"
host = "c"
contact = "d"
data_controller = "e"
data_protection_officer = "f"
`;
}

export class Gateway {
  static async make({ binary, folder, tls }) {
    const port = await freePort();
    const gateway = new Gateway();
    Object.assign(gateway, { binary, folder, tls, url: `https://localhost:${port}`, config: join(folder, 'portique.toml') });
    writeFileSync(gateway.config, settings({ port, management: await freePort(), folder, tls }));
    await gateway.run('keys', 'make-root', join(folder, 'root.key'));
    const charters = join(import.meta.dirname, '../../../config/charters');
    for (const name of readdirSync(charters)) await gateway.run('charter', 'publish', join(charters, name));
    const feeds = join(folder, 'feeds');
    await gateway.run('feed', 'generate', feeds, '--persons', '300');
    for (const academy of readdirSync(feeds)) {
      const { plan } = JSON.parse(await gateway.run('feed', 'plan', join(feeds, academy), '--json'));
      await gateway.run('feed', 'apply', plan);
    }
    gateway.feeds = feeds;
    return gateway;
  }

  // One command; an error ends the run with what it said.
  async run(...args) {
    const { code, out, err } = await command(this.binary, ['--config', this.config, ...args]);
    if (code !== 0) throw new Error(`portique ${args.join(' ')} ended with ${code}: ${out}${err}`);
    return out;
  }

  // A partner from its file; gives its secret.
  async partner(id, text) {
    const path = join(this.folder, `${id}.toml`);
    writeFileSync(path, text);
    await this.run('partner', 'apply', path);
    return JSON.parse(await this.run('partner', 'secret', id, '--json')).client_secret;
  }

  // The letter of some pupil of the delivery, as it would be printed.
  async pupil() {
    const academy = join(this.feeds, readdirSync(this.feeds)[0]);
    const file = readdirSync(academy).find((name) => /_Eleve_/.test(name));
    const xml = readFileSync(join(academy, file), 'latin1');
    const value = (record, name) => new RegExp(`<attr name="${name}">\\s*<value>([^<]*)</value>`).exec(record)?.[1];
    for (const record of xml.split('<addRequest').slice(1)) {
      const [first, last, born] = ['givenName', 'sn', 'ENTPersonDateNaissance'].map((name) => value(record, name));
      if (![first, last].every((name) => /^[A-Za-z]+$/.test(name ?? ''))) continue;
      const username = `${first}.${last}`.toLowerCase();
      const { code } = JSON.parse(await this.run('account', 'activate-code', username, '--json'));
      return { who: 'pupil', username, code, birth_date: born.split('/').reverse().join('-') };
    }
    throw new Error('the delivery holds no pupil with plain letters');
  }

  async serve() {
    this.child = spawn(this.binary, ['--config', this.config, 'serve'], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    this.errors = '';
    this.child.stderr.on('data', (text) => { this.errors = (this.errors + text).slice(-8_000); });
    process.once('exit', () => this.child.kill('SIGKILL'));
    for (let tries = 0; tries < 300; tries += 1) {
      const found = await fetch(`${this.url}/accueil`).catch(() => null);
      if (found?.ok) return;
      if (this.child.exitCode !== null) break;
      await pause(100);
    }
    throw new Error(`the gateway does not answer: ${this.errors}`);
  }

  async stop() {
    const ended = new Promise((resolve) => { this.child.once('exit', resolve); });
    this.child.kill('SIGTERM');
    await ended;
  }
}

// The file of an OpenID Connect partner that is open to pupils and learns a name and a profile.
export function partnerFile({ id, name, redirect, bye, alg }) {
  return `id = "${id}"
name = "${name}"
description = "Un client réel, pour les essais."
provider = "Essais"
launch = "${new URL(redirect).origin}/"
state = "ouvert"
[legal]
controller = "autorite-academique"
role = "sous-traitant"
basis = "mission-publique"
contract = "essai-1"
hosting = "FR"
[access]
profiles = ["National_ELV"]
establishments = ["tous"]
[release]
approved_by = "Essais"
approved_on = "2026-09-01"
[[release.attributes]]
attribute = "prenom"
purpose = "pedagogie"
justification = "Dire bonjour."
[[release.attributes]]
attribute = "profil"
purpose = "pedagogie"
justification = "Montrer l’espace des élèves."
[oidc]
client_id = "${id}"
redirect_uris = ["${redirect}"]
post_logout_redirect_uris = ["${bye}"]
id_token_alg = "${alg}"
`;
}
