// The client that people paste from blogs, as it is, against /chat/stream.
// Arguments: where everything is, as RecordedServer wrote it.
import { readFileSync } from 'node:fs';
import { runInThisContext } from 'node:vm';
import { check, holds, same, summary } from './check.mjs';

const place = JSON.parse(readFileSync(process.argv[2], 'utf8'));

// What a page brings along: addresses of its own, and something to show.
const fetchUrl = globalThis.fetch;
let server = place.gateway;
globalThis.fetch = (path, options) => fetchUrl(new URL(path, server), options);
let shown = [];
globalThis.updateUI = (text) => shown.push(text);
runInThisContext(readFileSync(new URL('../blog-client/client.js', import.meta.url), 'utf8'));

async function ask(message, model) {
  shown = [];
  try {
    return { text: await streamChat(message, model), shown };
  } catch (e) {
    return { error: e.message, shown };
  }
}

// What the model says, from the provider itself.
async function said(message, model) {
  const answer = await fetchUrl(`${place.simulator}/chat/completions`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ model, messages: [{ role: 'user', content: message }] }),
  });
  return (await answer.json()).choices[0].message.content;
}

async function compare(message, model, deltas) {
  const got = await ask(message, model);
  same(got.error, undefined);
  same(got.text, await said(message, model ?? 'claude-sonnet-4-20250514'));
  same(got.shown.length, deltas);
  same(got.shown.at(-1), got.text);
  holds(got.shown.every((text, i) => i === 0 || text.startsWith(got.shown[i - 1])), got.shown);
}

await check('the default model', () => compare('Hello', undefined, 120));
await check('words of every kind', () => compare('Grüezi, 世界! 🌍👩‍👩‍👧 "quoted" \\ back', 'sim/tokens-60+gap-1ms', 60));
await check('one by one', () => compare('Hello', 'sim/tokens-50+gap-5ms', 50));
await check('2,000 deltas', () => compare('Grüezi 🌍', 'sim/tokens-2000+gap-1ms', 2000));
// More at once than this client reads at once (64 KiB) it cannot bear, whatever the server does.
await check('500 deltas at once', () => compare('Grüezi 🌍', 'sim/tokens-500', 500));
server = place.heartbeats;
await check('heartbeats before the first word', () => compare('Hello', 'sim/tokens-20+ttft-300ms', 20));
await check('heartbeats in the middle', () => compare('Hello', 'sim/tokens-20+stall-after-5:300ms', 20));
server = place.gateway;

for (const [model, deltas] of [
  ['sim/status-500', 0],
  ['sim/error-first', 0],
  ['sim/tokens-20+error-after-5', 5],
  ['sim/tokens-20+cut-after-5', 5],
  ['sim/tokens-20+end-after-5', 5],
]) {
  await check(`${model} is an error`, async () => {
    const got = await ask('Hello', model);
    holds(typeof got.error === 'string' && got.error.length > 10 && got.error !== 'undefined', got);
    same(got.shown.length, deltas);
  });
}

await check('[DONE] follows an error', async () => {
  const answer = await fetch('/chat/stream', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ message: 'Hello', model: 'sim/tokens-20+cut-after-5' }),
  });
  const events = (await answer.text()).split('\n\n');
  holds(/^data: \{"error": ".+"\}$/.test(events.at(-3)), events);
  same(events.slice(-2), ['data: [DONE]', '']);
});

summary();
