import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AbortError, type ChatEvent, ConnectionError, createClient } from 'firsttoken';
import { ask, client, collect, eventually, nowhere, running } from './server.js';

const chat = client();

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
    const [first] = await again
      .text()
      .next()
      .then(({ value }) => [value]);
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
