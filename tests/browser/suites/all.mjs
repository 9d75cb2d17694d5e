// The suites in their order. The administrators come late: they freeze and close what the others use.

import { activation } from './activation.mjs';
import { admin } from './admin.mjs';
import { applications } from './applications.mjs';
import { checks } from './checks.mjs';
import { cookies } from './cookies.mjs';
import { feeds } from './feeds.mjs';
import { habilitations } from './habilitations.mjs';
import { languages } from './languages.mjs';
import { login } from './login.mjs';
import { noScript } from './no-script.mjs';
import { partners } from './partners.mjs';
import { portal } from './portal.mjs';
import { publicPages } from './public.mjs';
import { recovery } from './recovery.mjs';
import { weight } from './weight.mjs';

export default [
  ['checks', checks],
  ['public', publicPages],
  ['languages', languages],
  ['activation', activation],
  ['no-script', noScript],
  ['login', login],
  ['portal', portal],
  ['applications', applications],
  ['recovery', recovery],
  ['weight', weight],
  ['admin', admin],
  ['partners', partners],
  ['habilitations', habilitations],
  ['feeds', feeds],
  ['cookies', cookies],
];
