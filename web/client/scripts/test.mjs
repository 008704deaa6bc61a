// Runs the tests against what was built, and a server that is started for them:
//   npm test                 all
//   npm test -- NAME …       those files
// With FIRSTTOKEN_URL it takes the server that is there.
import { spawn, spawnSync } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('..', import.meta.url));
const launcher = fileURLToPath(new URL('../../../firsttoken', import.meta.url));
const tsc = createRequire(import.meta.url).resolve('typescript/package.json').replace('package.json', 'bin/tsc');
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
};
const tests = spawn(process.execPath, ['--test', '--test-reporter=spec', '--test-timeout=60000', ...files], {
  stdio: 'inherit',
  env,
});
const status = await new Promise((resolve) => tests.on('exit', (code) => resolve(code ?? 1)));
if (started) {
  const ended = new Promise((resolve) => started.child.on('exit', resolve));
  started.child.kill('SIGTERM');
  await ended;
}
process.exit(status);
