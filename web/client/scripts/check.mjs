// What a release must keep: the core's size, no dependency at run time, exports that resolve and
// types that fit them. Needs what `npm run build` makes.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';

const CORE_BYTES = 5 * 1024;

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
let failed = 0;

function check(what, holds) {
  console.log(`${holds ? 'ok' : 'FAILED'}: ${what}`);
  failed += holds ? 0 : 1;
}

async function gzipped(entry, external = []) {
  const { outputFiles } = await build({
    entryPoints: [entry],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    external,
    write: false,
  });
  return gzipSync(outputFiles[0].contents, { level: 9 }).length;
}

const core = await gzipped('dist/index.js');
check(`the core has ${core} bytes gzipped (at most ${CORE_BYTES})`, core <= CORE_BYTES);
for (const [entry, most] of [
  ['sse', 700],
  ['react', CORE_BYTES + 1000],
  ['ai-sdk', CORE_BYTES + 2000],
]) {
  const size = await gzipped(`dist/${entry}.js`, ['react']);
  check(`${entry} has ${size} bytes gzipped, with the core where it needs it (at most ${most})`, size <= most);
}

const manifest = JSON.parse(readFileSync('package.json', 'utf8'));
check('nothing is needed at run time', manifest.dependencies === undefined);
const imports = readdirSync('dist')
  .filter((file) => file.endsWith('.js'))
  .flatMap((file) => [...readFileSync(`dist/${file}`, 'utf8').matchAll(/from\s*['"]([^.'"][^'"]*)['"]/g)])
  .map(([, name]) => name);
check(
  `nothing is imported but what peers bring (${[...new Set(imports)]})`,
  imports.every((name) => name === 'react'),
);

// Tools of others look at what npm would publish.
const place = mkdtempSync(join(tmpdir(), 'firsttoken-pack-'));
const run = (command, ...args) => {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (status !== 0) {
    console.log(stdout + stderr);
  }
  return { status, stdout };
};
const packed = run('npm', 'pack', '--silent', '--pack-destination', place);
check('it packs', packed.status === 0);
const tarball = join(place, readdirSync(place)[0] ?? 'nothing');
check('publint', run('npx', '--no-install', 'publint', 'run', tarball, '--strict').status === 0);
check(
  'are the types wrong?',
  run('npx', '--no-install', 'attw', tarball, '--profile', 'esm-only', '--no-color').status === 0,
);
rmSync(place, { recursive: true });
process.exitCode = failed === 0 ? 0 : 1;
