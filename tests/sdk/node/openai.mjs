// The official npm client sees through the gateway what it sees without it.
// Arguments: where everything is, as RecordedServer wrote it.
import OpenAI from 'openai';
import { readFileSync } from 'node:fs';
import { check, holds, same, summary } from './check.mjs';

const place = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const cases = JSON.parse(readFileSync(new URL('../cases.json', import.meta.url), 'utf8'));

const client = (baseURL, maxRetries = 0) => new OpenAI({ baseURL, apiKey: 'none', maxRetries, timeout: 30_000 });
const direct = client(place.simulator);
const relayed = client(`${place.gateway}/v1`);
const lively = client(`${place.heartbeats}/v1`);

const request = (model) => ({ model, messages: [{ role: 'user', content: 'Play.' }] });
const streaming = (model) => ({ ...request(model), stream: true, stream_options: { include_usage: true } });

const raised = (e) => ({ type: e.constructor.name, status: e.status, code: e.code, kind: e.type, message: e.message });

// What a program is told about a stream, chunk by chunk and by the client's own accumulator.
async function told(openai, model) {
  const outcome = { chunks: [], error: null, answer: null, answerError: null };
  try {
    for await (const chunk of await openai.chat.completions.create(streaming(model))) {
      outcome.chunks.push(chunk);
    }
  } catch (e) {
    outcome.error = raised(e);
  }
  try {
    outcome.answer = await openai.chat.completions.stream(streaming(model)).finalChatCompletion();
  } catch (e) {
    outcome.answerError = raised(e);
  }
  return outcome;
}

async function refusal(openai, body) {
  try {
    await openai.chat.completions.create(body);
  } catch (e) {
    return { ...raised(e), body: e.error, retryAfter: e.headers?.get('retry-after') };
  }
  return 'an answer';
}

let whole = 0;
for (const recording of place.recordings.openai) {
  await check(recording, async () => {
    const expected = await told(direct, recording);
    whole += expected.answer ? 1 : 0;
    same(await told(relayed, recording), expected);
  });
}
console.log(`${place.recordings.openai.length} recorded streams compared, ${whole} of them whole answers to it`);

for (const model of cases.answers) {
  await check(`${model}, streamed`, async () => {
    const got = await told(relayed, model);
    holds(got.error === null && got.answerError === null, got);
    same(got, await told(direct, model));
  });
  await check(`${model}, whole`, async () => {
    const got = await relayed.chat.completions.create(request(model));
    same(got, await direct.chat.completions.create(request(model)));
  });
}

// A prompt's completion, whole or piece by piece.
async function completed(openai, model, stream) {
  const body = { model, prompt: 'Play.', stream, ...(stream && { stream_options: { include_usage: true } }) };
  const answer = await openai.completions.create(body);
  if (!stream) {
    return answer;
  }
  const chunks = [];
  for await (const chunk of answer) {
    chunks.push(chunk);
  }
  return chunks;
}

for (const model of cases.completions) {
  for (const stream of [true, false]) {
    await check(`${model}, completions, stream: ${stream}`, async () => {
      same(await completed(relayed, model, stream), await completed(direct, model, stream));
    });
  }
}

for (const asked of cases.embeddings) {
  await check(`embeddings of ${JSON.stringify(asked)}`, async () => {
    const got = await relayed.embeddings.create({ model: 'm', ...asked });
    same(got, await direct.embeddings.create({ model: 'm', ...asked }));
    const [{ embedding }] = got.data;
    const size = typeof embedding === 'string' ? atob(embedding).length / 4 : embedding.length;
    same(size, asked.dimensions ?? 1536);
  });
}

for (const model of cases.heartbeats) {
  await check(`${model} has heartbeats`, async () => {
    const answer = await fetch(`${place.heartbeats}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(streaming(model)),
    });
    const text = await answer.text();
    holds(/^:$/m.test(text), text);
  });
  await check(`${model}, heartbeats unnoticed`, async () => {
    const got = await told(lively, model);
    holds(got.error === null && got.answerError === null, got);
    same(got, await told(direct, model));
  });
}

for (const status of cases.refusals) {
  const model = `sim/retry-after-7s+status-${status}`;
  for (const body of [request(model), streaming(model)]) {
    await check(`status ${status}, stream: ${body.stream === true}`, async () => {
      const got = await refusal(relayed, body);
      holds(got.status === status && got.retryAfter === '7', got);
      same(got, await refusal(direct, body));
    });
  }
}

await check('a refused credential', async () => {
  const got = await refusal(relayed, streaming('sim/status-401'));
  holds(got.type === 'AuthenticationError' && got.status === 401, got);
});

for (const model of cases.errors) {
  await check(model, async () => {
    const got = await told(relayed, model);
    holds(got.error !== null && got.answer === null, got);
    if (got.chunks.length > 0) {
      same(got, await told(direct, model));
    }
  });
}

for (const model of cases.truncated) {
  await check(model, async () => {
    const got = await told(relayed, model);
    holds(got.error?.type === 'APIError' && got.answer === null && got.chunks.length === 4, got);
  });
}

summary();
