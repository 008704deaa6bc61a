import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ChatEvent, createClient, StreamError, type StreamHead, type StreamState, streamChat } from 'firsttoken';
import { ask, client, collect, server, serving } from './server.js';

const chat = client();

describe('an answer', () => {
  test('has text, reasoning, tool calls, usage and an end', async () => {
    const stream = chat.stream(ask('tokens-20+reasoning-3+tools-2'));
    const events = await collect(stream);
    const result = await stream.final();
    const joined = (type: ChatEvent['type']): string =>
      events.map((event) => (event.type === type && 'delta' in event ? event.delta : '')).join('');
    assert.equal(joined('text'), result.text);
    assert.equal(joined('reasoning'), result.reasoning);
    assert.equal(events.filter(({ type }) => type === 'text').length, 20);
    assert.equal(result.toolCalls.length, 2);
    assert.deepEqual(
      result.toolCalls.map((call) => [call.id !== '', call.name, typeof JSON.parse(call.arguments)]),
      [
        [true, 'look_up', 'object'],
        [true, 'look_up', 'object'],
      ],
    );
    assert.equal(result.finish, 'tool_calls');
    assert.equal(result.model, 'sim/ttft-0ms+gap-0ms+tokens-20+reasoning-3+tools-2');
    assert.ok(result.usage?.outputTokens && result.usage.reasoningTokens === 3, 'usage');
    assert.equal(result.streamId, stream.streamId);
    assert.match(stream.streamId ?? '', /^st_/);
    assert.deepEqual(events.at(-2), { type: 'finish', reason: 'tool_calls', seq: stream.received - 1 });
    assert.deepEqual(events.at(-1), { type: 'usage', usage: result.usage, seq: stream.received });
  });

  test('says which deployment it is from, and how many were asked', async () => {
    const heads: StreamHead[] = [];
    const stream = chat.stream(ask('tokens-3'));
    stream.on('open', (head) => heads.push(head));
    const { streamId } = await stream.final();
    const again = chat.resume(streamId!);
    again.on('open', (head) => heads.push(head));
    await again.final();
    const head = { streamId, deployment: 'simulator/sim/ttft-0ms+gap-0ms+tokens-3', attempts: 1 };
    assert.deepEqual(heads, [head, head]);
  });

  for (const [word, reason] of [
    ['tokens-3', 'stop'],
    ['tokens-3+finish-length', 'length'],
    ['tokens-3+finish-content_filter', 'content_filter'],
  ] as const) {
    test(`ends with ${reason}`, async () => {
      assert.equal((await chat.stream(ask(word)).final()).finish, reason);
    });
  }

  test('may be empty', async () => {
    const result = await chat.stream(ask('tokens-0')).final();
    assert.deepEqual([result.text, result.finish], ['', 'stop']);
    assert.equal(result.timings.ttftMs, null);
  });

  test('to one message says less', async () => {
    const stream = chat.stream({ message: 'Hello', model: 'sim/tokens-20' });
    const texts = await collect(stream.text());
    const result = await stream.final();
    assert.equal(texts.length, 20);
    assert.equal(texts.join(''), result.text);
    assert.deepEqual([result.finish, result.usage, result.model], [null, null, null]);
  });

  test('is timed', async () => {
    const { timings } = await chat.stream(ask('tokens-10+ttft-200ms+stall-after-5:1100ms')).final();
    assert.ok(timings.ttftMs !== null && timings.ttftMs >= 150, `ttft ${timings.ttftMs}`);
    assert.ok(timings.stalls >= 1 && timings.longestGapMs >= 1000, `stalls ${timings.stalls}`);
    assert.ok(timings.tokensPerSecond !== null && timings.tokensPerSecond < 10);
    assert.ok(timings.totalMs >= timings.ttftMs + 1000);
    assert.equal(timings.reconnects, 0);
  });

  test('tells listeners', async () => {
    const stream = chat.stream(ask('tokens-10+reasoning-2'));
    const states: StreamState[] = [];
    const texts: string[] = [];
    const raw: string[] = [];
    let opened: string | null = null;
    let thought = '';
    let ended = 0;
    stream.on('state', (state) => states.push(state));
    stream.on('open', ({ streamId }) => (opened = streamId));
    stream.on('text', (delta, snapshot) => {
      assert.ok(snapshot.endsWith(delta));
      texts.push(snapshot);
    });
    stream.on('reasoning', (_, snapshot) => (thought = snapshot));
    stream.on('raw', ({ seq, data }) => assert.equal(raw.push(data), seq));
    stream.on('end', () => ended++);
    const unheard = stream.on('event', () => assert.fail('a listener that was taken away'));
    unheard();
    const result = await stream.final();
    assert.deepEqual(states, ['streaming', 'ended']);
    assert.equal(opened, result.streamId);
    assert.equal(texts.length, 10);
    assert.equal(texts.at(-1), result.text);
    assert.equal(thought, result.reasoning);
    assert.equal(raw.at(-1), '[DONE]');
    assert.equal(ended, 1);
    assert.deepEqual(stream.snapshot, result);
  });

  test('is read without final() when somebody listens', async () => {
    const stream = chat.stream(ask('tokens-5'));
    const text = await new Promise((resolve) => stream.on('end', (result) => resolve(result.text)));
    assert.equal(text, stream.snapshot.text);
  });

  test('is read once', async () => {
    const stream = chat.stream(ask('tokens-5'));
    const result = stream.final();
    assert.throws(() => stream[Symbol.asyncIterator](), /is read already/);
    await result;
  });

  test('can be listened to and iterated', async () => {
    const stream = chat.stream(ask('tokens-5'));
    const heard: ChatEvent[] = [];
    stream.on('event', (event) => heard.push(event));
    assert.deepEqual(await collect(stream), heard);
  });

  test('passes on as bytes that any client of /chat/stream reads', async () => {
    const relay = await serving((_, response) => {
      const stream = chat.stream(ask('tokens-50'));
      response.setHeader('content-type', 'text/event-stream');
      void stream.toReadableStream().pipeTo(
        new WritableStream({
          write: (bytes) => void response.write(bytes),
          close: () => void response.end(),
        }),
      );
    });
    const shown: string[] = [];
    const text = await streamChat('Hello', { baseUrl: relay.baseUrl, onUpdate: (soFar) => shown.push(soFar) });
    relay.close();
    assert.equal(text, (await chat.stream(ask('tokens-50')).final()).text);
    assert.equal(shown.length, 50);
  });
});

describe('streamChat', () => {
  test('shows the text so far and gives the whole', async () => {
    const shown: string[] = [];
    const text = await streamChat('Hello', {
      baseUrl: server,
      model: 'sim/tokens-30',
      onUpdate: (soFar) => shown.push(soFar),
    });
    assert.equal(shown.length, 30);
    assert.equal(shown.at(-1), text);
    assert.ok(shown.every((soFar, i) => i === 0 || soFar.startsWith(shown[i - 1] ?? '')));
  });

  test('works without anything but a message', async () => {
    assert.match(await streamChat('Hello', { baseUrl: `${server}v1/` }), /^This is/);
  });

  test('rejects with what there is', async () => {
    await assert.rejects(
      streamChat('Hello', { baseUrl: server, model: 'sim/tokens-20+cut-after-5' }),
      (e) => e instanceof StreamError && e.partial?.text !== undefined && e.partial.text.length > 5,
    );
  });

  test('rejects when what shows it fails', async () => {
    const mistake = new Error('no such element');
    await assert.rejects(
      streamChat('Hello', {
        baseUrl: server,
        model: 'sim/tokens-5',
        onUpdate: () => {
          throw mistake;
        },
      }),
      mistake,
    );
  });
});

test('models are listed', async () => {
  const models = await chat.models();
  assert.ok(models.length > 0 && models.every(({ id }) => typeof id === 'string'));
});

test('headers and keys are sent', async () => {
  const seen: Record<string, unknown>[] = [];
  const mirror = await serving((request, response) => {
    seen.push(request.headers);
    response.setHeader('content-type', 'text/event-stream').end('data: [DONE]\n\n');
  });
  let asked = 0;
  const made = createClient({
    baseUrl: mirror.baseUrl,
    apiKey: 'ft-key',
    headers: async () => ({ 'x-count': `${++asked}` }),
  });
  await made.stream(ask('x')).final();
  await made.stream(ask('x'), { headers: { authorization: 'Bearer other' }, reconnect: false }).final();
  mirror.close();
  assert.deepEqual(
    seen.map((headers) => [headers.authorization, headers['x-count'], headers['x-firsttoken-on-disconnect']]),
    [
      ['Bearer ft-key', '1', 'detach'],
      ['Bearer other', '2', undefined],
    ],
  );
});
