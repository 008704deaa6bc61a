// Puts what is worth compressing beside itself as .br and .gz, and weighs what the first visit loads.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** What the page may weigh before anything lazy, gzipped. */
const BUDGET = 80_000;

const dist = new URL('../dist/', import.meta.url).pathname;
const files = ['index.html', ...readdirSync(join(dist, 'assets')).map((name) => `assets/${name}`)];
const gzipped = new Map();
for (const file of files.filter((name) => /\.(html|js|css|svg)$/.test(name))) {
  const bytes = readFileSync(join(dist, file));
  const gz = gzipSync(bytes, { level: 9 });
  const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
  gzipped.set(file, Math.min(gz.length, bytes.length));
  if (gz.length < bytes.length * 0.9) {
    writeFileSync(join(dist, `${file}.gz`), gz);
    writeFileSync(join(dist, `${file}.br`), br);
  }
}

// Whatever the document names, and what that imports at once.
const first = new Set(['index.html']);
for (const file of first) {
  const text = readFileSync(join(dist, file), 'utf8');
  const names = file.endsWith('.html')
    ? text.matchAll(/(?:src|href)="\/(assets\/[^"]+)"/g)
    : text.matchAll(/\b(?:import|from)\s*"\.\/([^"]+)"/g);
  for (const [, name] of names) {
    first.add(name.startsWith('assets/') ? name : `assets/${name}`);
  }
}
const weight = [...first].reduce((sum, file) => sum + (gzipped.get(file) ?? 0), 0);
console.log(`page: ${(weight / 1000).toFixed(1)} kB gzipped before lazy parts (at most ${BUDGET / 1000})`);
if (weight > BUDGET) {
  console.error([...first].map((file) => `  ${file}: ${gzipped.get(file)}`).join('\n'));
  process.exit(1);
}
