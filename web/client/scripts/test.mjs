// Runs the tests against what was built, and a server that is started for them:
//   npm test                 all, and in other runtimes what does not need Node
//   npm test -- NAME …       those files
// With FIRSTTOKEN_URL it takes the server that is there.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const launcher = fileURLToPath(new URL('../../../firsttoken', import.meta.url));
const tools = fileURLToPath(new URL('../../../tests/web/node_modules/.bin', import.meta.url));
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');
process.chdir(here);

function run(...args) {
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) {
    process.exit(status ?? 1);
  }
}

/** Starts one on a free port. It builds itself first if it is stale. */
function serve() {
  const child = spawn(launcher, ['serve', '--simulator', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    let said = '';
    child.stdout.on('data', (bytes) => {
      said += bytes;
      const found = /curl -N (http:\/\/[^/]+)\//.exec(said);
      if (found) {
        resolve({ url: found[1], child });
      }
    });
    child.on('exit', (code) => reject(new Error(`the server ended with ${code}: ${said}`)));
  });
}

run('scripts/build.mjs');
rmSync('build', { recursive: true, force: true });
run(tsc, '-p', 'tsconfig.test.json');

const names = process.argv.slice(2);
const files = readdirSync('build')
  .filter((file) => file.endsWith('.test.js'))
  .filter((file) => names.length === 0 || names.some((name) => file.startsWith(name)))
  .map((file) => `build/${file}`);
const started = process.env.FIRSTTOKEN_URL ? null : await serve();
const env = {
  ...process.env,
  FIRSTTOKEN_URL: process.env.FIRSTTOKEN_URL ?? started.url,
  NO_PROXY: '127.0.0.1',
  NO_COLOR: '1',
};
/** @returns whether all went well */
function test(program, args, stdio = 'inherit', onOutput = () => {}) {
  const tests = spawn(program, args, { stdio, env });
  tests.stdout?.on('data', onOutput);
  tests.stderr?.on('data', onOutput);
  return new Promise((resolve) => tests.on('close', (code) => resolve(code === 0)));
}

const runner = ['--test', '--test-timeout=60000'];
let passed = await test(process.execPath, [...runner, '--test-reporter=spec', ...files]);

/** What a client does everywhere. The others are about React, the AI SDK and the examples, or too many for here. */
const everywhere = ['sse', 'answer', 'errors', 'other-server', 'leaving', 'resume'].map(
  (name) => `build/${name}.test.js`,
);
/** What tests/web brings, and how it runs what was written for Node's own runner. */
const runtimes = {
  node: [...runner, '--test-reporter=dot'],
  bun: ['test', '--timeout', '60000', '--only-failures'],
  deno: ['test', '--allow-all', '--no-check', '--quiet', '--reporter=dot'],
};
/** Beside each other, since they wait most of the time; what one says is shown when it has ended. */
async function testIn([name, args]) {
  const program = `${tools}/${name}`;
  const { stdout } = spawnSync(program, ['--version'], { encoding: 'utf8' });
  if (!stdout) {
    console.log(`LEFT OUT: the client in ${name} (expected: ${program})`);
    return process.env.CI !== 'true';
  }
  let said = '';
  const well = await test(program, [...args, ...everywhere], ['ignore', 'pipe', 'pipe'], (bytes) => (said += bytes));
  console.log(`\n== ${name} ${stdout.split('\n', 1)[0].replace(/^\D+/, '')}\n${said.replace(/^\.\n/gm, '').trim()}`);
  return well;
}
const elsewhere = await Promise.all(names.length === 0 ? Object.entries(runtimes).map(testIn) : []);
passed &&= elsewhere.every(Boolean);
if (started) {
  const ended = new Promise((resolve) => started.child.on('exit', resolve));
  started.child.kill('SIGTERM');
  await ended;
}
process.exit(passed ? 0 : 1);
