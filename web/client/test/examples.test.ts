import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { after, describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { transformSync } from 'esbuild';
import { Window } from 'happy-dom';
import { createElement, type FunctionComponent } from 'react';
import { client, eventually, server } from './server.js';

const root = new URL('../../../', import.meta.url);
const example = (path: string): string => new URL(`examples/${path}`, root).pathname;

const window = new Window();
Object.assign(globalThis, { window, document: window.document });
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
after(() => window.happyDOM.close());

/** Puts a program beside the tests, where it finds the package. */
async function load(name: string, source: string): Promise<Record<string, unknown>> {
  mkdirSync('build', { recursive: true });
  writeFileSync(`build/${name}`, source);
  return (await import(pathToFileURL(`build/${name}`).href)) as Record<string, unknown>;
}

describe('the README', () => {
  const blocks = [...readFileSync('README.md', 'utf8').matchAll(/```js\n([^]*?)```/g)].map(([, code]) => code ?? '');

  test('begins with one import', async () => {
    const code = (blocks[0] ?? '')
      .replace("'Hello', {", `'Hello', { baseUrl: '${server}',`)
      .replace('console.log', 'shown.push');
    const { text, shown } = await load('readme-1.mjs', `export const shown = [];\n${code}\nexport { text };`);
    assert.match(String(text), /^This is/);
    assert.equal((shown as string[]).at(-1), text);
  });

  test('goes on with the whole client, and reads on', async () => {
    const code = [...blocks.slice(1, 3), 'export const same = (await again.final()).text === text;'].join('\n');
    const program = code.replace('http://127.0.0.1:8080', server.origin).replace('process.stdout.write', 'void ');
    assert.equal((await load('readme-2.mjs', program)).same, true);
  });
});

describe('the example', () => {
  test('of a plain page', async () => {
    const html = readFileSync(example('plain-page/index.html'), 'utf8');
    const script = /<script type="module">([^]*)<\/script>/.exec(html)?.[1] ?? '';
    window.document.write(html.replace(/<script[^]*/, ''));
    copyFileSync('dist/firsttoken.min.js', 'build/firsttoken.min.js');
    // A page has an origin, and what it asks for is there.
    const fetchUrl = globalThis.fetch;
    globalThis.fetch = (input, init) => fetchUrl(new URL(String(input), server), init);
    try {
      await load('plain-page.mjs', script);
      window.document.querySelector('form')?.dispatchEvent(new window.Event('submit', { cancelable: true }));
      const shown = (): string => window.document.querySelector('#answer')?.textContent ?? '';
      await eventually('a part of the answer', () => shown().startsWith('This'));
      const whole = await client().stream({ message: 'Hello' }).final();
      await eventually('the whole answer', () => shown() === whole.text);
    } finally {
      globalThis.fetch = fetchUrl;
    }
  });

  test('of React', async () => {
    const jsx = readFileSync(example('react/Ask.jsx'), 'utf8');
    const { code } = transformSync(jsx, { loader: 'jsx', jsx: 'automatic', format: 'esm' });
    const { Ask } = (await load('Ask.mjs', code)) as { Ask: FunctionComponent<{ client: unknown }> };
    const { createRoot } = await import('react-dom/client');
    const place = window.document.createElement('div');
    window.document.body.appendChild(place);
    const page = createRoot(place as unknown as Element);
    page.render(createElement(Ask, { client: client() }));
    await eventually('the button', () => place.textContent === 'Ask');
    place.querySelector('button')?.click();
    const whole = await client().stream({ message: 'Hello' }).final();
    await eventually('the whole answer', () => place.textContent === `Ask${whole.text}`);
    page.unmount();
  });

  test('of a Node server', async () => {
    const source = readFileSync(example('node/server.mjs'), 'utf8');
    writeFileSync('build/node-server.mjs', source);
    const child = spawn(process.execPath, ['build/node-server.mjs'], {
      env: { ...process.env, PORT: '0', MODEL: 'sim/tokens-20', FIRSTTOKEN_URL: server.href },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const address = await new Promise<string>((resolve, reject) => {
        child.stdout.on('data', (bytes) => resolve(String(bytes).trim()));
        child.on('exit', (code) => reject(new Error(`it ended with ${code}`)));
      });
      const answer = await fetch(address, { method: 'POST', body: 'Hello' });
      const events = (await answer.text()).split('\n\n');
      assert.equal(answer.headers.get('content-type'), 'text/event-stream');
      assert.equal(events.length, 22);
      assert.ok(events.slice(0, 20).every((event) => event.startsWith('data: {"content":')));
      assert.deepEqual(events.slice(20), ['data: [DONE]', '']);
    } finally {
      child.kill();
    }
  });

  test('of a Java service', async () => {
    // The launcher's own way to find a JDK.
    const script = '. bin/find-jdk.sh && find_jdk javac && exec "$JDK/bin/java" "$0" "$1"';
    const child = spawn('bash', ['-c', script, example('java/Ask.java'), server.origin], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (bytes) => (said += bytes));
    assert.equal(await new Promise((resolve) => child.on('exit', resolve)), 0);
    const lines = said.trim().split('\n');
    assert.equal(lines.length, 21);
    assert.equal(lines.at(-1), '[DONE]');
  });
});
