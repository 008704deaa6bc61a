import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type ChatRequest, StreamTruncatedError } from 'firsttoken';
import { posts, through } from './proxy.js';
import { ask, client, collect, whole } from './server.js';

const direct = client();

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
