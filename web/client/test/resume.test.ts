import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ChatEvent, type StreamState, StreamTruncatedError } from 'firsttoken';
import { type Fate, posts, through } from './proxy.js';
import { ask, client, collect, impatient, serving, whole } from './server.js';

const direct = client();

describe('a lost connection', () => {
  for (const how of ['reset', 'close', 'freeze'] as const) {
    test(`is made up for: ${how}`, () =>
      through(
        [
          { after: 900, how },
          { after: 700, how },
          { after: 0, how, headToo: true },
        ],
        async (proxy) => {
          // Only where nothing else tells that it is lost, so that a busy machine is not taken for a dead one.
          const silenceMs = how === 'freeze' ? 1500 : 60_000;
          const chat = client({ baseUrl: proxy.url, reconnect: { ...impatient, silenceMs } });
          const stream = chat.stream(ask('tokens-60+gap-2ms'));
          const states: StreamState[] = [];
          stream.on('state', (state) => states.push(state));
          const events = await collect(stream);
          assert.deepEqual(events, await whole(stream.streamId));
          assert.equal(proxy.cuts, 3);
          assert.equal(posts(proxy), 1);
          assert.ok(stream.snapshot.timings.reconnects >= 2);
          assert.deepEqual(states.slice(0, 3), ['streaming', 'reconnecting', 'streaming']);
        },
      ));
  }

  test('is made up for on /chat/stream', () =>
    through([{ after: 300 }, { after: 1 }, { after: 500 }], async (proxy) => {
      const stream = client({ baseUrl: proxy.url }).stream({
        message: 'Hello',
        model: 'sim/ttft-0ms+gap-0ms+tokens-60',
      });
      const events = await collect(stream);
      assert.deepEqual(events, await whole(stream.streamId));
      assert.equal(events.length, 60);
      assert.equal(posts(proxy), 1);
    }));

  test('is no lost connection while the server keeps to its own signs of life', async () => {
    const slow = await serving((_, response) => {
      response.setHeader('content-type', 'text/event-stream');
      response.setHeader('x-firsttoken-stream', 'st_slow');
      response.setHeader('x-firsttoken-heartbeat-ms', '60000').end('data: [DONE]\n\n');
    });
    const waits: unknown[] = [];
    const timer = globalThis.setTimeout;
    globalThis.setTimeout = ((...args: Parameters<typeof setTimeout>) => {
      waits.push(args[1]);
      return timer(...args);
    }) as typeof setTimeout;
    try {
      await client({ baseUrl: slow.baseUrl }).stream(ask('x')).final();
    } finally {
      globalThis.setTimeout = timer;
      slow.close();
    }
    assert.ok(waits.includes(180_000), `it waited for ${waits}`);
    assert.ok(!waits.includes(30_000), `it waited for ${waits}`);
  });

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
    through(Array<Fate>(20).fill({ after: 900, how: 'freeze' }).fill({ after: 0, headToo: true }, 1), async (proxy) => {
      const chat = client({ baseUrl: proxy.url, reconnect: { ...impatient, attempts: 4 } });
      const stream = chat.stream(ask('tokens-60'));
      // Not every platform gives out what came before a cut, and a failure behind some words counts for less.
      const away = stream.on('text', () => {
        away();
        proxy.cut();
      });
      await assert.rejects(stream.final(), StreamTruncatedError);
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
    through(
      [
        { after: 0, headToo: true },
        { after: 0, headToo: true },
      ],
      async (proxy) => {
        const stream = direct.stream(ask('tokens-12'));
        const events = await collect(stream);
        assert.deepEqual(await collect(client({ baseUrl: proxy.url }).resume(stream.streamId ?? '')), events);
      },
    ));
});
