import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type ChatEvent, ConnectionError, createClient, HttpError, StreamError } from 'firsttoken';
import { ask, client, nowhere, serving } from './server.js';

const chat = client();

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
      (e) => e instanceof ConnectionError && /ECONNREFUSED|refused|unable to connect/i.test(e.message),
    );
  });

  test('for a page instead of a stream', async () => {
    const page = await serving((_, response) => {
      response.setHeader('content-type', 'text/html').end('<p>Welcome</p>');
    });
    await assert.rejects(
      createClient({ baseUrl: page.baseUrl }).stream(ask('tokens-1')).final(),
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
