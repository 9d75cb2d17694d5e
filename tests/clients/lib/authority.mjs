// A test authority and a certificate for the loopback host names, made anew for each run.

import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

function openssl(...args) {
  execFileSync('openssl', args, { stdio: ['ignore', 'ignore', 'pipe'] });
}

// Gives the paths of the authority, of the certificate and of its key.
export function makeAuthority(folder) {
  const at = (name) => join(folder, name);
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...ec, '-days', '2', '-subj', '/CN=Portique test authority', '-keyout', at('ca.key'), '-out', at('ca.pem'),
    '-addext', 'keyUsage=critical,keyCertSign,cRLSign');
  openssl('req', ...ec, '-subj', '/CN=localhost', '-keyout', at('tls.key'), '-out', at('tls.csr'));
  writeFileSync(at('tls.ext'), 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n');
  openssl('x509', '-req', '-in', at('tls.csr'), '-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2',
    '-extfile', at('tls.ext'), '-out', at('tls.pem'));
  return { ca: at('ca.pem'), certificate: at('tls.pem'), key: at('tls.key') };
}
