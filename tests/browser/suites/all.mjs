// The suites in their order. The administrator comes late: she freezes what the others use.

import { activation } from './activation.mjs';
import { admin } from './admin.mjs';
import { applications } from './applications.mjs';
import { checks } from './checks.mjs';
import { cookies } from './cookies.mjs';
import { languages } from './languages.mjs';
import { login } from './login.mjs';
import { noScript } from './no-script.mjs';
import { portal } from './portal.mjs';
import { publicPages } from './public.mjs';
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
  ['weight', weight],
  ['admin', admin],
  ['cookies', cookies],
];
