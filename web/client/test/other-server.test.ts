import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { createClient, StreamError, StreamTruncatedError } from 'firsttoken';
import { ask, type OtherServer, serving } from './server.js';

describe('another server', () => {
  /** Says what it is told, and ends. */
  const saying = (body: string): Promise<OtherServer> =>
    serving((_, response) => {
      response.setHeader('content-type', 'Text/Event-Stream').end(body);
    });

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
    const flood = await serving((_, response) => {
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
    let taken = 0;
    for await (const _ of createClient({ baseUrl: flood.baseUrl }).stream({ message: 'Hello' })) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      if (++taken === 20) {
        break;
      }
    }
    assert.ok(written < total / 4, `${written} bytes written while 20 events were read`);
    flood.close();
  });
});
