// What every client is asked: tests/sdk/scenarios.json. A client is a class with the `words` of its
// dialect for finish reasons, and the methods that python/suite.py lists; one that wraps what a tool
// said has `quote` for it.
import { readFileSync } from 'node:fs';
import { check, holds, same } from './check.mjs';

export const place = JSON.parse(readFileSync(process.argv[2], 'utf8'));
export const scenarios = JSON.parse(readFileSync(new URL('../scenarios.json', import.meta.url), 'utf8'));
export const TOOL = 'get_weather';
export const PARAMETERS = {
  type: 'object',
  properties: { place: { type: 'string' } },
  required: ['place'],
};

// What a provider of this dialect has no word for.
const LOST_AT = {
  ollama: ['cached input', 'filtered'],
  cohere: ['cached input', 'filtered'],
};

// Directly at the simulator where the client's dialect is spoken, before every provider dialect,
// and with heartbeats; streamed, and whole where the dialect has that.
export async function everywhere(Client, { lost = [], direct = true, whole = true } = {}) {
  for (const [root, url] of Object.entries(place.roots)) {
    if (root !== 'simulator' || direct) {
      await run(new Client(url), root, [...lost, ...(LOST_AT[root] ?? [])], whole ? [true, false] : [true]);
    }
  }
  const lively = new Client(place.heartbeats);
  for (const one of scenarios.silences) {
    await check(`heartbeats: ${one.what}`, () => answer(lively, one, true));
  }
}

async function run(client, root, lost, kinds) {
  for (const stream of kinds) {
    const kind = stream ? 'streamed' : 'whole';
    for (const one of scenarios.answers.filter(({ what }) => !lost.includes(what))) {
      await check(`${root}: ${one.what}, ${kind}`, () => answer(client, one, stream));
    }
    for (const one of scenarios.tools.filter(({ what }) => !lost.includes(what))) {
      await check(`${root}: ${one.what}, ${kind}`, () => tools(client, one, stream));
    }
    for (const one of scenarios.images) {
      await check(`${root}: ${one.what}, ${kind}`, async () =>
        same(await client.see(one.model, stream, one.images), one.text),
      );
    }
    for (const status of scenarios.refusals) {
      await check(`${root}: status ${status}, ${kind}`, () => refusal(client, status, stream));
    }
  }
  const cut = root === 'simulator' ? [] : scenarios.truncated;
  for (const one of [...scenarios.broken, ...cut]) {
    await check(`${root}: ${one.model}`, async () => {
      const { text, error } = await client.part(one.model);
      holds(error, { text, error });
      same(text, one.text);
    });
  }
}

async function answer(client, one, stream) {
  const got = await client.ask(one.model, stream);
  const expected = { text: one.text, reasoning: one.reasoning ?? '', calls: [] };
  if (one.finish) {
    expected.finish = client.words[one.finish];
  }
  for (const name of ['input', 'cached', 'output']) {
    if (name in one && got[name] !== undefined && got[name] !== null) {
      expected[name] = one[name];
    }
  }
  same(Object.fromEntries(Object.keys(expected).map((name) => [name, got[name]])), expected);
}

async function tools(client, one, stream) {
  const { text, calls, final } = await client.roundTrip(one.model, stream, one.results);
  same(text, one.text);
  same(calls, one.results.map((_, i) => [TOOL, { place: `Zürich ${i}` }]));
  const quoted = one.results.map((result) => ` “${client.quote?.(result) ?? result}”`).join('');
  same(final, client.quote ? `The tools said:${quoted}.` : one.final);
}

async function refusal(client, status, stream) {
  let error;
  try {
    await client.ask(`sim/status-${status}`, stream);
  } catch (e) {
    error = e;
  }
  holds(error, 'an answer');
  same(client.status(error), status);
}
