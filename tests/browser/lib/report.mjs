// One line a check, a count at the end. A failed check never stops the others of its suite;
// a journey that cannot go on does (see `suite`).

export class Report {
  passed = 0;
  failed = [];

  async check(name, act) {
    try {
      const note = await act();
      this.passed += 1;
      console.log(`ok      ${name}${typeof note === 'string' && note !== '' ? ` (${note})` : ''}`);
      return true;
    } catch (fault) {
      this.failed.push(name);
      console.log(`FAILED  ${name}`);
      // Playwright colours its messages.
      for (const line of String(fault.message ?? fault).replace(/\u001b\[\d+m/g, '').split('\n').slice(0, 24)) {
        console.log(`        ${line}`);
      }
      return false;
    }
  }

  async suite(name, act) {
    const began = Date.now();
    console.log(`\n# ${name}`);
    try {
      await act();
    } catch (fault) {
      await this.check(`${name}: the journey reaches its end`, () => { throw fault; });
      if (process.env.PORTIQUE_TRACE) console.log(fault.stack);
    }
    console.log(`        ${name} took ${((Date.now() - began) / 1000).toFixed(1)} s`);
  }

  end() {
    if (this.failed.length > 0) {
      console.log('\nFailed:');
      for (const name of this.failed) console.log(`  ${name}`);
    }
    console.log('');
    console.log(`${this.passed} passed, ${this.failed.length} failed`);
    // A run that looked at nothing is no success.
    return this.failed.length === 0 && this.passed > 0 ? 0 : 1;
  }
}

export function expect(holds, message) {
  if (!holds) throw new Error(typeof message === 'function' ? message() : message);
}

export function same(found, wanted, what) {
  const [a, b] = [JSON.stringify(found), JSON.stringify(wanted)];
  expect(a === b, `${what}: expected ${b}, found ${a}`);
}
