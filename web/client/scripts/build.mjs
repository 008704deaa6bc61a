// Makes dist: modules with their types, and one small file for a page without a bundler.
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const here = fileURLToPath(new URL('..', import.meta.url));
const tsc = createRequire(import.meta.url)
  .resolve('typescript/package.json')
  .replace('package.json', 'bin/tsc');
process.chdir(here);
rmSync('dist', { recursive: true, force: true });
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' });
await build({
  entryPoints: ['dist/index.js'],
  outfile: 'dist/firsttoken.min.js',
  bundle: true,
  minify: true,
  format: 'esm',
  target: 'es2022',
});
