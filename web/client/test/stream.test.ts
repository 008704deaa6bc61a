import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import {
  AbortError,
  ConnectionError,
  createClient,
  HttpError,
  StreamError,
  streamChat,
  StreamTruncatedError,
  type ChatEvent,
  type StreamHead,
  type StreamState,
} from 'firsttoken';
import { ask, client, collect, eventually, running, server } from './server.js';

const chat = client();

/** An address at which nobody listens. */
async function nowhere(): Promise<string> {
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  return `http://127.0.0.1:${port}`;
}

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
    assert.throws(() => stream[Symbol.asyncIterator](), /is being read already/);
    await result;
  });

  test('can be listened to and iterated', async () => {
    const stream = chat.stream(ask('tokens-5'));
    const heard: ChatEvent[] = [];
    stream.on('event', (event) => heard.push(event));
    assert.deepEqual(await collect(stream), heard);
  });

  test('passes on as bytes that any client of /chat/stream reads', async () => {
    const relay = createServer((_, response) => {
      const stream = chat.stream(ask('tokens-50'));
      response.setHeader('content-type', 'text/event-stream');
      void stream.toReadableStream().pipeTo(
        new WritableStream({
          write: (bytes) => void response.write(bytes),
          close: () => void response.end(),
        }),
      );
    });
    await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(relay.address() as AddressInfo).port}`;
    const shown: string[] = [];
    const text = await streamChat('Hello', { baseUrl, onUpdate: (soFar) => shown.push(soFar) });
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

describe('an error', () => {
  for (const status of [400, 404, 429, 500, 503]) {
    test(`of status ${status}`, async () => {
      await assert.rejects(
        chat.stream(ask(`retry-after-7s+status-${status}`)).final(),
        (e) =>
          e instanceof HttpError &&
          e.status === status &&
          e.retryAfterMs === 7000 &&
          e.message.includes('simulator') &&
          e.code !== '' &&
          e.body.includes(e.message),
      );
    });
  }

  for (const words of ['tokens-20+error-after-3', 'tokens-20+cut-after-3', 'tokens-20+end-after-3']) {
    test(`inside a stream: ${words}`, async () => {
      const stream = chat.stream(ask(words));
      const events: ChatEvent[] = [];
      await assert.rejects(
        async () => {
          for await (const event of stream) {
            events.push(event);
          }
        },
        (e) => {
          assert.ok(e instanceof StreamError, String(e));
          assert.equal(events.length, 3);
          assert.equal(e.partial?.text, stream.snapshot.text);
          assert.equal(e.partial?.finish, null);
          return e.code !== '' && e.message.length > 10;
        },
      );
      await assert.rejects(stream.final(), StreamError);
    });
  }

  test('without a server', async () => {
    const nobody = createClient({ baseUrl: await nowhere() });
    await assert.rejects(
      nobody.stream(ask('tokens-1')).final(),
      (e) => e instanceof ConnectionError && e.message.includes('ECONNREFUSED'),
    );
  });

  test('for a page instead of a stream', async () => {
    const page = createServer((_, response) => {
      response.setHeader('content-type', 'text/html').end('<p>Welcome</p>');
    });
    await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    await assert.rejects(
      createClient({ baseUrl }).stream(ask('tokens-1')).final(),
      (e) => e instanceof HttpError && e.code === 'not_a_stream' && e.message.includes('text/html'),
    );
    page.close();
  });

  test('for an event that is too long', async () => {
    await assert.rejects(
      client({ maxEventLength: 40 }).stream(ask('tokens-5')).final(),
      (e) => e instanceof StreamError && e.code === 'event_too_long',
    );
  });

  test('for a stream that nobody knows', async () => {
    await assert.rejects(
      chat.resume('st_nonsense').final(),
      (e) => e instanceof HttpError && e.status === 404 && e.code === 'not_found',
    );
  });

  test('for events that have not happened', async () => {
    const stream = chat.stream(ask('tokens-5'));
    await stream.final();
    await assert.rejects(
      chat.resume(stream.streamId ?? '', { after: 1000 }).final(),
      (e) => e instanceof HttpError && e.status === 409,
    );
  });

  test('reaches its listener', async () => {
    const stream = chat.stream(ask('status-500'));
    const error = await new Promise((resolve) => stream.on('error', resolve));
    assert.ok(error instanceof HttpError);
  });
});

describe('another server', () => {
  /** Says what it is told, and ends. */
  async function saying(body: string): Promise<{ baseUrl: string; close: () => void }> {
    const speaker = createServer((_, response) => {
      response.setHeader('content-type', 'Text/Event-Stream').end(body);
    });
    await new Promise<void>((resolve) => speaker.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(speaker.address() as AddressInfo).port}`;
    return { baseUrl, close: () => speaker.close() };
  }

  const said = 'data: {"choices":[{"index":0,"delta":{"content":"Hi"}}]}\n\n';
  const finished = 'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n';

  for (const [name, body, complete] of [
    ['with a reason and a mark is complete', `${said}${finished}data: [DONE]\n\n`, true],
    ['with a reason alone is complete', said + finished, true],
    ['with a mark alone is complete', `${said}data: [DONE]\n\n`, true],
    ['with neither is truncated', said, false],
    ['in the middle of an event is truncated', said + finished.slice(0, -1), false],
    ['at its beginning is truncated', '', false],
  ] as const) {
    test(`an end ${name}`, async () => {
      const other = await saying(body);
      const stream = createClient({ baseUrl: other.baseUrl }).stream(ask('x'));
      if (complete) {
        assert.equal((await stream.final()).text, 'Hi');
      } else {
        await assert.rejects(stream.final(), StreamTruncatedError);
      }
      other.close();
    });
  }

  test('that says nonsense', async () => {
    const other = await saying(`${said}data: {"choices\n\n`);
    await assert.rejects(
      createClient({ baseUrl: other.baseUrl }).stream(ask('x')).final(),
      (e) => e instanceof StreamError && e.code === 'invalid_event' && e.partial?.text === 'Hi',
    );
    other.close();
  });

  test('that says odd things', async () => {
    const other = await saying(
      [
        '{}',
        '[]',
        'null',
        '7',
        '{"choices":null,"usage":null,"error":null}',
        '{"choices":[null,{"index":1,"delta":{"content":"other"}},{"delta":null}]}',
        '{"choices":[{"delta":{"content":7,"tool_calls":[null,{"index":99,"function":{"arguments":"{"}}]}}]}',
        '{"choices":[{"delta":{"reasoning":"Hm","content":"Hi"}}]}',
        '[DONE]',
      ]
        .map((data) => `event: odd\ndata: ${data}\n\n`)
        .join(''),
    );
    const result = await createClient({ baseUrl: other.baseUrl }).stream(ask('x')).final();
    assert.deepEqual(
      [result.text, result.reasoning, result.toolCalls],
      ['Hi', 'Hm', [{ id: '', name: '', arguments: '{' }]],
    );
    other.close();
  });

  test('has to wait for a slow reader', async () => {
    const total = 256 << 20;
    let written = 0;
    const event = `data: {"content":"${'x'.repeat(16_000)}"}\n\n`;
    const flood = createServer((_, response) => {
      response.setHeader('content-type', 'text/event-stream');
      const pour = (): void => {
        while (written < total && !response.destroyed) {
          written += event.length;
          if (!response.write(event)) {
            response.once('drain', pour);
            return;
          }
        }
      };
      pour();
    });
    await new Promise<void>((resolve) => flood.listen(0, '127.0.0.1', resolve));
    const baseUrl = `http://127.0.0.1:${(flood.address() as AddressInfo).port}`;
    let taken = 0;
    for await (const _ of createClient({ baseUrl }).stream({ message: 'Hello' })) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (++taken === 20) {
        break;
      }
    }
    assert.ok(written < total / 4, `${written} bytes written while 20 events were read`);
    flood.closeAllConnections();
    flood.close();
  });
});

describe('leaving', () => {
  const long = ask('tokens-400+gap-20ms');

  test('by a signal', async () => {
    const controller = new AbortController();
    const stream = chat.stream(long, { signal: controller.signal });
    const reason = new Error('bored');
    stream.on('text', () => controller.abort(reason));
    await assert.rejects(
      stream.final(),
      (e) => e instanceof AbortError && e.name === 'AbortError' && e.cause === reason && e.partial?.text !== '',
    );
    assert.equal(stream.state, 'ended');
    // The server goes on for whoever comes back.
    assert.ok((await running()).includes(stream.streamId ?? ''));
    await chat.stop(stream.streamId ?? '');
  });

  test('by a signal that was given already', async () => {
    const stream = chat.stream(long, { signal: AbortSignal.abort() });
    await assert.rejects(collect(stream), AbortError);
  });

  test('by a signal before the first token', async () => {
    const controller = new AbortController();
    const stream = chat.stream(ask('tokens-5+ttft-20s'), {
      signal: controller.signal,
      onDisconnect: 'cancel',
    });
    const final = stream.final();
    setTimeout(() => controller.abort(), 50);
    await assert.rejects(final, AbortError);
  });

  test('by breaking out of the loop', async () => {
    const stream = chat.stream(long);
    for await (const event of stream) {
      if (event.seq > 3) {
        break;
      }
    }
    await assert.rejects(stream.final(), AbortError);
    const id = stream.streamId ?? '';
    assert.ok((await running()).includes(id));
    const again = chat.resume(id, { after: stream.received });
    const [first] = await again.text().next().then(({ value }) => [value]);
    assert.ok(first);
    await chat.stop(id);
  });

  test('and not coming back, where nobody shall', async () => {
    const stream = chat.stream(long, { onDisconnect: 'cancel' });
    for await (const _ of stream) {
      break;
    }
    await eventually('the stream is cancelled', async () => !(await running()).includes(stream.streamId ?? ''));
  });

  test('a stream that ended well changes nothing', async () => {
    const controller = new AbortController();
    const stream = chat.stream(ask('tokens-5'), { signal: controller.signal });
    const result = await stream.final();
    controller.abort();
    stream.abort();
    await stream.stop();
    assert.deepEqual(await stream.final(), result);
  });

  test('as bytes', async () => {
    const stream = chat.stream(long);
    const reader = stream.toReadableStream().getReader();
    await reader.read();
    await reader.cancel();
    await assert.rejects(stream.final(), AbortError);
    await chat.stop(stream.streamId ?? '');
  });
});

describe('stopping', () => {
  const long = ask('tokens-400+gap-20ms');

  test('ends the answer here and at the provider', async () => {
    const stream = chat.stream(long);
    const events: ChatEvent[] = [];
    let stopped: Promise<void> | null = null;
    for await (const event of stream) {
      events.push(event);
      if (event.seq > 4) {
        stopped ??= stream.stop();
      }
    }
    await stopped;
    const result = await stream.final();
    assert.equal(result.finish, 'stopped');
    assert.equal(events.at(-1)?.type, 'finish');
    assert.ok(result.text.length > 0);
    await eventually('it runs no more', async () => !(await running()).includes(result.streamId ?? ''));
  });

  test('before its first token', async () => {
    const stream = chat.stream(ask('tokens-400+gap-20ms+ttft-300ms'));
    const final = stream.final();
    const stopped = stream.stop();
    assert.equal((await final).finish, 'stopped');
    await stopped;
    assert.ok(stream.streamId);
    await eventually('it runs no more', async () => !(await running()).includes(stream.streamId ?? ''));
  });

  test('and leaving the loop at once', async () => {
    const stream = chat.stream(long);
    for await (const _ of stream) {
      void stream.stop();
      break;
    }
    assert.equal((await stream.final()).finish, 'stopped');
    await eventually('it runs no more', async () => !(await running()).includes(stream.streamId ?? ''));
  });

  test('is told to everybody who reads it', async () => {
    const stream = chat.stream(long);
    const opened = new Promise((resolve) => stream.on('text', resolve));
    const final = stream.final();
    await opened;
    await chat.stop(stream.streamId ?? '');
    assert.equal((await final).finish, 'stopped');
  });

  test('twice is once', async () => {
    const stream = chat.stream(ask('tokens-400+gap-20ms+ttft-100ms'));
    assert.equal(stream.stop(), stream.stop());
    await stream.stop();
  });

  test('a stream that nobody knows is done', async () => {
    await chat.stop('st_nonsense');
  });

  test('says when the server cannot be told', async () => {
    await assert.rejects(createClient({ baseUrl: await nowhere() }).stop('st_1'), ConnectionError);
  });
});

test('models are listed', async () => {
  const models = await chat.models();
  assert.ok(models.length > 0 && models.every(({ id }) => typeof id === 'string'));
});

test('headers and keys are sent', async () => {
  const seen: Record<string, unknown>[] = [];
  const mirror = createServer((request, response) => {
    seen.push(request.headers);
    response.setHeader('content-type', 'text/event-stream').end('data: [DONE]\n\n');
  });
  await new Promise<void>((resolve) => mirror.listen(0, '127.0.0.1', resolve));
  const baseUrl = `http://127.0.0.1:${(mirror.address() as AddressInfo).port}`;
  let asked = 0;
  const made = createClient({ baseUrl, apiKey: 'ft-key', headers: async () => ({ 'x-count': `${++asked}` }) });
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
