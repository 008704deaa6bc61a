import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { AbstractChat, type ChatState, type ChatStatus, type UIMessage, uiMessageChunkSchema } from 'ai';
import { FirstTokenTransport, type TransportOptions } from 'firsttoken/ai-sdk';
import { CuttingProxy } from './proxy.js';
import { collect, eventually, impatient, running, server } from './server.js';

/** What a framework would hold for the AI SDK. */
class State implements ChatState<UIMessage> {
  status: ChatStatus = 'ready';
  error: Error | undefined;
  messages: UIMessage[] = [];
  pushMessage = (message: UIMessage): void => void this.messages.push(message);
  popMessage = (): void => void this.messages.pop();
  replaceMessage = (index: number, message: UIMessage): void => void (this.messages[index] = message);
  snapshot = <T>(value: T): T => structuredClone(value);
}

class Chat extends AbstractChat<UIMessage> {
  finished = '';

  constructor(transport: FirstTokenTransport, id = 'chat-1', messages: UIMessage[] = []) {
    const state = new State();
    state.messages = messages;
    super({
      id,
      state,
      transport,
      onFinish: ({ isAbort, isError }) => (this.finished = isAbort ? 'abort' : isError ? 'error' : 'end'),
    });
  }

  get answer(): string {
    const parts = this.messages.at(-1)?.role === 'assistant' ? this.messages.at(-1)?.parts : [];
    return (parts ?? []).map((part) => (part.type === 'text' ? part.text : '')).join('');
  }
}

function transport(words: string, options: TransportOptions = {}): FirstTokenTransport {
  const model = `sim/ttft-0ms+gap-0ms+${words}`;
  return new FirstTokenTransport({ baseUrl: server, model, reconnect: impatient, ...options });
}

class Memory extends Map<string, string> {
  getItem = (name: string): string | null => this.get(name) ?? null;
  setItem = (name: string, value: string): void => void this.set(name, value);
  removeItem = (name: string): void => void this.delete(name);
}

describe('the transport', () => {
  test('fills a message of the AI SDK', async () => {
    const storage = new Memory();
    const chat = new Chat(transport('tokens-30+reasoning-3', { storage }));
    await chat.sendMessage({ text: 'Hello' });
    assert.equal(chat.status, 'ready');
    assert.equal(chat.finished, 'end');
    assert.match(chat.answer, /^This is sim/);
    assert.deepEqual(
      chat.messages.at(-1)?.parts.map(({ type }) => type),
      ['step-start', 'reasoning', 'text'],
    );
    assert.equal(storage.size, 0);
  });

  test('calls tools', async () => {
    const chat = new Chat(transport('tokens-3+tools-2'));
    await chat.sendMessage({ text: 'Hello' });
    const calls = chat.messages.at(-1)?.parts.filter(({ type }) => type === 'tool-look_up') ?? [];
    assert.equal(calls.length, 2);
    assert.deepEqual(
      calls.map((call) => 'state' in call && call.state),
      ['input-available', 'input-available'],
    );
  });

  test('says what the schema of the AI SDK allows', async () => {
    const chunks = await transport('tokens-5+reasoning-2+tools-1').sendMessages({
      trigger: 'submit-message',
      chatId: 'c',
      messageId: undefined,
      messages: [{ id: '1', role: 'user', parts: [{ type: 'text', text: 'Hello' }] }],
      abortSignal: undefined,
    });
    const schema = uiMessageChunkSchema();
    for (const chunk of await collect(chunks as unknown as AsyncIterable<unknown>)) {
      const verdict = await schema.validate?.(chunk);
      assert.ok(verdict?.success, JSON.stringify(chunk));
    }
  });

  for (const words of ['status-500', 'tokens-20+cut-after-3', 'tokens-20+error-after-3']) {
    test(`fails where the answer does: ${words}`, async () => {
      const chat = new Chat(transport(words));
      await chat.sendMessage({ text: 'Hello' });
      assert.equal(chat.status, 'error');
      assert.ok((chat.error?.message.length ?? 0) > 10);
    });
  }

  test('stops at the provider', async () => {
    const storage = new Memory();
    const chat = new Chat(transport('tokens-400+gap-20ms', { storage }));
    const sent = chat.sendMessage({ text: 'Hello' });
    await eventually('text', () => chat.answer !== '');
    const id = storage.get('firsttoken:chat-1') ?? '';
    assert.ok((await running()).includes(id));
    await chat.stop();
    await sent;
    await eventually('it runs no more', async () => !(await running()).includes(id));
    assert.notEqual(chat.status, 'error');
  });

  test('goes on after a reload', async () => {
    const storage = new Memory();
    const proxy = await CuttingProxy.before(server);
    const before = new Chat(transport('tokens-100+gap-10ms', { storage, baseUrl: proxy.url }));
    const sent = before.sendMessage({ text: 'Hello' });
    await eventually('text', () => before.answer !== '');
    // What a reload leaves: the storage, and the messages that the page has saved.
    const saved = before.messages.slice(0, 1);
    const after = new Chat(transport('', { storage }), 'chat-1', saved);
    await after.resumeStream();
    await sent;
    proxy.close();
    assert.equal(after.answer, before.answer);
    assert.equal(after.messages.length, 2);
    assert.equal(storage.size, 0);
  });

  test('has nothing to go on with', async () => {
    const storage = new Memory();
    const made = transport('', { storage });
    assert.equal(await made.reconnectToStream({ chatId: 'c' }), null);
    storage.setItem('firsttoken:c', 'st_forgotten');
    assert.equal(await made.reconnectToStream({ chatId: 'c' }), null);
    assert.equal(storage.size, 0);
  });

  test('sends pictures and the answers of tools', async () => {
    const bodies: unknown[] = [];
    const mirror: typeof fetch = (input, init) => {
      bodies.push(JSON.parse(String(init?.body)));
      return fetch(input, init);
    };
    const chat = new Chat(transport('tokens-2', { fetch: mirror, body: { temperature: 0 } }), 'c', [
      {
        id: '1',
        role: 'user',
        parts: [
          { type: 'text', text: 'What is this?' },
          { type: 'file', mediaType: 'image/png', url: 'data:image/png;base64,AA==' },
        ],
      },
      {
        id: '2',
        role: 'assistant',
        parts: [
          { type: 'text', text: 'Let me look.' },
          { type: 'tool-look', toolCallId: 'c1', state: 'output-available', input: { at: 1 }, output: { a: 2 } },
        ],
      },
    ]);
    await chat.sendMessage({ text: 'And?' });
    assert.deepEqual((bodies[0] as { messages: unknown }).messages, [
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } },
        ],
      },
      {
        role: 'assistant',
        content: 'Let me look.',
        tool_calls: [{ id: 'c1', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
      },
      { role: 'tool', tool_call_id: 'c1', content: '{"a":2}' },
      { role: 'user', content: 'And?' },
    ]);
  });
});
