// Counts what holds and what does not, and ends with the line that run.sh adds up.
import { isDeepStrictEqual, inspect } from 'node:util';

let passed = 0;
let failed = 0;

const short = (value) => inspect(value, { depth: 6, maxStringLength: 600, breakLength: 120 }).slice(0, 2000);

export async function check(what, test) {
  try {
    await test();
    passed++;
  } catch (e) {
    failed++;
    console.log(`FAILED: ${what}\n  ${e instanceof Difference ? e.message : (e.stack ?? e)}`);
  }
}

class Difference extends Error {}

export function same(got, expected) {
  if (!isDeepStrictEqual(got, expected)) {
    throw new Difference(`expected ${short(expected)}\n  got ${short(got)}`);
  }
}

export function holds(condition, got) {
  if (!condition) {
    throw new Difference(`got ${short(got)}`);
  }
}

export function summary() {
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
