import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { StreamTruncatedError, type ChatEvent, type ChatRequest, type StreamState } from 'firsttoken';
import { Proxy, type Fate } from './proxy.js';
import { ask, client, collect, impatient, server } from './server.js';

const direct = client();

async function through<T>(fates: Fate[], use: (proxy: Proxy) => Promise<T>): Promise<T> {
  const proxy = await Proxy.before(server, fates);
  try {
    return await use(proxy);
  } finally {
    proxy.close();
  }
}

/** An answer that may not be asked for twice: read once more it is the same, asked once more it need not be. */
async function whole(streamId: string | null): Promise<ChatEvent[]> {
  return collect(direct.resume(streamId ?? ''));
}

const posts = (proxy: Proxy): number => proxy.requests.filter((line) => line.startsWith('POST')).length;

describe('a lost connection', () => {
  for (const how of ['reset', 'close', 'freeze'] as const) {
    test(`is made up for: ${how}`, () =>
      through([{ after: 900, how }, { after: 700, how }, { after: 0, how, headToo: true }], async (proxy) => {
        const chat = client({ baseUrl: proxy.url, reconnect: { ...impatient, silenceMs: 500 } });
        const stream = chat.stream(ask('tokens-60+gap-2ms'));
        const states: StreamState[] = [];
        stream.on('state', (state) => states.push(state));
        const events = await collect(stream);
        assert.deepEqual(events, await whole(stream.streamId));
        assert.equal(proxy.cuts, 3);
        assert.equal(posts(proxy), 1);
        assert.ok(stream.snapshot.timings.reconnects >= 2);
        assert.deepEqual(states.slice(0, 3), ['streaming', 'reconnecting', 'streaming']);
      }));
  }

  test('is made up for on /chat/stream', () =>
    through([{ after: 300 }, { after: 1 }, { after: 500 }], async (proxy) => {
      const stream = client({ baseUrl: proxy.url }).stream({ message: 'Hello', model: 'sim/ttft-0ms+gap-0ms+tokens-60' });
      const events = await collect(stream);
      assert.deepEqual(events, await whole(stream.streamId));
      assert.equal(events.length, 60);
      assert.equal(posts(proxy), 1);
    }));

  test('is noticed when the machine wakes up', async () => {
    // What a browser brings along.
    const window = new EventTarget();
    const scope = globalThis as Record<string, unknown>;
    scope.addEventListener = window.addEventListener.bind(window);
    scope.removeEventListener = window.removeEventListener.bind(window);
    try {
      await through([{ after: 900, how: 'freeze' }], async (proxy) => {
        const chat = client({ baseUrl: proxy.url, reconnect: { ...impatient, silenceMs: 600_000 } });
        const stream = chat.stream(ask('tokens-60'));
        const back = setInterval(() => proxy.cuts > 0 && window.dispatchEvent(new Event('online')), 5000);
        try {
          const events = await collect(stream);
          assert.deepEqual(events, await whole(stream.streamId));
          assert.equal(stream.snapshot.timings.reconnects, 1);
        } finally {
          clearInterval(back);
        }
      });
    } finally {
      delete scope.addEventListener;
      delete scope.removeEventListener;
    }
  });

  test('before the stream had a name is an error, and nothing is asked twice', () =>
    through([{ after: 20, headToo: true }], async (proxy) => {
      await assert.rejects(client({ baseUrl: proxy.url }).stream(ask('tokens-5')).final(), {
        name: 'ConnectionError',
      });
      assert.equal(proxy.requests.length, 1);
    }));

  test('is an error with what there is where nothing shall be read on', () =>
    through([{ after: 900 }], async (proxy) => {
      const stream = client({ baseUrl: proxy.url, reconnect: false }).stream(ask('tokens-60'));
      await assert.rejects(
        stream.final(),
        (e) => e instanceof StreamTruncatedError && e.partial?.text === stream.snapshot.text,
      );
      assert.equal(proxy.requests.length, 1);
    }));

  test('is an error in the end', () =>
    through(Array<Fate>(20).fill({ after: 900 }).fill({ after: 0, headToo: true }, 1), async (proxy) => {
      const chat = client({ baseUrl: proxy.url, reconnect: { ...impatient, attempts: 4 } });
      await assert.rejects(chat.stream(ask('tokens-60')).final(), StreamTruncatedError);
      assert.equal(posts(proxy), 1);
      assert.equal(proxy.requests.length, 1 + 4);
    }));

  test('can be waited for no longer', () =>
    through([{ after: 900 }, { after: 0, headToo: true }], async (proxy) => {
      const chat = client({ baseUrl: proxy.url, reconnect: { minDelayMs: 600_000, maxDelayMs: 600_000 } });
      const stream = chat.stream(ask('tokens-60'));
      stream.on('state', (state) => state === 'reconnecting' && stream.abort());
      await assert.rejects(stream.final(), { name: 'AbortError' });
    }));

  test('can be stopped meanwhile', () =>
    through([{ after: 900 }], async (proxy) => {
      const chat = client({ baseUrl: proxy.url, reconnect: { minDelayMs: 600_000, maxDelayMs: 600_000 } });
      const stream = chat.stream(ask('tokens-600+gap-20ms'));
      const stopped = new Promise<void>((resolve, reject) =>
        stream.on('state', (state) => state === 'reconnecting' && stream.stop().then(resolve, reject)),
      );
      assert.equal((await stream.final()).finish, 'stopped');
      await stopped;
    }));
});

describe('by hand', () => {
  test('from any event on', async () => {
    const stream = direct.stream(ask('tokens-12+reasoning-2+tools-1'));
    const events = await collect(stream);
    for (let after = 0; after <= stream.received; after++) {
      assert.deepEqual(
        await collect(direct.resume(stream.streamId ?? '', { after })),
        events.filter(({ seq }) => seq > after),
      );
    }
  });

  test('while it runs', async () => {
    const stream = direct.stream(ask('tokens-40+gap-10ms'));
    const head: ChatEvent[] = [];
    for await (const event of stream) {
      head.push(event);
      if (event.seq === 10) {
        break;
      }
    }
    const rest = await collect(direct.resume(stream.streamId ?? '', { after: stream.received }));
    assert.deepEqual([...head, ...rest], await whole(stream.streamId));
  });

  test('though the server cannot be reached at first', () =>
    through([{ after: 0, headToo: true }, { after: 0, headToo: true }], async (proxy) => {
      const stream = direct.stream(ask('tokens-12'));
      const events = await collect(stream);
      assert.deepEqual(await collect(client({ baseUrl: proxy.url }).resume(stream.streamId ?? '')), events);
    }));
});

describe('any cut', () => {
  const requests = fc
    .record({
      tokens: fc.integer({ min: 0, max: 40 }),
      reasoning: fc.integer({ min: 0, max: 4 }),
      tools: fc.integer({ min: 0, max: 2 }),
      split: fc.constantFrom('', '+split-bytes', '+split-random-7', '+gap-1ms'),
      simple: fc.boolean(),
    })
    .map(({ tokens, reasoning, tools, split, simple }): ChatRequest => {
      const words = `tokens-${tokens}+reasoning-${reasoning}+tools-${tools}${split}`;
      return simple ? { message: 'Grüezi 🌍', model: `sim/ttft-0ms+gap-0ms+${words}` } : ask(words);
    });
  const cut = fc.record({ after: fc.nat(2500), how: fc.constantFrom('reset' as const, 'close' as const) });
  const later = fc.record({
    after: fc.nat(1500),
    headToo: fc.boolean(),
    how: fc.constantFrom('reset' as const, 'close' as const),
  });

  test('and any number of them give the same events', () =>
    fc.assert(
      fc.asyncProperty(requests, cut, fc.array(later, { maxLength: 12 }), (request, first, others) =>
        through([first, ...others], async (proxy) => {
          const stream = client({ baseUrl: proxy.url }).stream(request);
          const events = await collect(stream);
          assert.deepEqual(events, await whole(stream.streamId));
          assert.equal(posts(proxy), 1);
        }),
      ),
      { numRuns: 60, endOnFailure: true },
    ));

  test('without reading on is truncated, or the answer was whole', () =>
    fc.assert(
      fc.asyncProperty(requests, cut, (request, first) =>
        through([first], async (proxy) => {
          const stream = client({ baseUrl: proxy.url }).stream(request, { reconnect: false, onDisconnect: 'detach' });
          const result = await stream.final().catch((e: unknown) => e);
          if (!(result instanceof StreamTruncatedError)) {
            const { text, toolCalls } = await direct.resume(stream.streamId ?? '').final();
            assert.deepEqual(
              [stream.snapshot.text, stream.snapshot.toolCalls, result],
              [text, toolCalls, stream.snapshot],
            );
          }
        }),
      ),
      { numRuns: 60, endOnFailure: true },
    ));
});
