/**
 * A transport for `useChat` of the AI SDK: chats whose answers survive a lost connection and a
 * reload, and whose Stop reaches the provider.
 */
import type { ChatTransport, FinishReason, UIMessage, UIMessageChunk } from 'ai';
import { createClient } from './client.js';
import { HttpError } from './errors.js';
import type { ChatEvent, ChatMessage, ChatStream, ClientOptions } from './types.js';

/** Remembers which stream a chat waits for. `sessionStorage` is one. */
export type StreamStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

export interface TransportOptions extends ClientOptions {
  /** The server's default model if not given. */
  model?: string | undefined;
  /** More of what the server shall be asked, such as `temperature` or `tools`. */
  body?: Record<string, unknown> | undefined;
  /** The page's `sessionStorage` if not given, where there is one. */
  storage?: StreamStorage | undefined;
}

/** Made for `useChat({ transport: new FirstTokenTransport({ model }), resume: true })`. */
export class FirstTokenTransport<M extends UIMessage = UIMessage> implements ChatTransport<M> {
  /** A stream that is read on begins with its beginning. */
  readonly resumeStreamIsReplay = true;

  readonly #options: TransportOptions;
  readonly #storage: StreamStorage;

  constructor(options: TransportOptions = {}) {
    this.#options = options;
    this.#storage = options.storage ?? pageStorage() ?? memory();
  }

  async sendMessages(
    options: Parameters<ChatTransport<M>['sendMessages']>[0],
  ): Promise<ReadableStream<UIMessageChunk>> {
    const { chatId, messages, abortSignal, headers, body } = options;
    const { model, body: always } = this.#options;
    const stream = createClient(this.#options).stream(
      { model, ...always, ...body, messages: messages.flatMap(toChat) },
      { headers: headers instanceof Headers ? headers : { ...headers } },
    );
    stream.on('open', ({ streamId }) => {
      if (streamId !== null && !abortSignal?.aborted) {
        this.#storage.setItem(key(chatId), streamId);
      }
    });
    // It is aborted by `stop()` alone, and whoever stops wants no more of it.
    const stop = (): void => void stream.stop().catch(() => {});
    abortSignal?.addEventListener('abort', stop);
    if (abortSignal?.aborted) {
      stop();
    }
    const parts = chunks(stream, stream[Symbol.asyncIterator]());
    return this.#readable(chatId, stream, parts, () => abortSignal?.removeEventListener('abort', stop));
  }

  async reconnectToStream(
    options: Parameters<ChatTransport<M>['reconnectToStream']>[0],
  ): Promise<ReadableStream<UIMessageChunk> | null> {
    const { chatId, headers } = options;
    const streamId = this.#storage.getItem(key(chatId));
    if (streamId === null) {
      return null;
    }
    const stream = createClient(this.#options).resume(streamId, {
      headers: headers instanceof Headers ? headers : { ...headers },
    });
    const opened = new Promise<void>((resolve) => stream.on('open', () => resolve()));
    const events = stream[Symbol.asyncIterator]();
    const first = events.next();
    try {
      await Promise.race([opened, first]);
    } catch (e) {
      if (e instanceof HttpError && e.status < 500) {
        this.#storage.removeItem(key(chatId));
        return null;
      }
      throw e;
    }
    return this.#readable(chatId, stream, chunks(stream, events, first), () => {});
  }

  #readable(
    chatId: string,
    stream: ChatStream,
    parts: AsyncGenerator<UIMessageChunk, void>,
    done: () => void,
  ): ReadableStream<UIMessageChunk> {
    const ended = (): void => {
      done();
      // A stream that was left may still be read on.
      if (this.#storage.getItem(key(chatId)) === stream.streamId) {
        this.#storage.removeItem(key(chatId));
      }
    };
    return new ReadableStream<UIMessageChunk>(
      {
        pull: async (out) => {
          const { done: over, value } = await parts.next();
          if (over) {
            ended();
            out.close();
          } else {
            out.enqueue(value);
          }
        },
        cancel: () => {
          done();
          stream.abort();
        },
      },
      { highWaterMark: 0 },
    );
  }
}

/**
 * The parts of the UI message stream that a stream's events are.
 *
 * @param first of the events, if it was asked for already
 */
async function* chunks(
  stream: ChatStream,
  events: AsyncIterator<ChatEvent>,
  first?: Promise<IteratorResult<ChatEvent>>,
): AsyncGenerator<UIMessageChunk, void> {
  const calls: { toolCallId: string; toolName: string; text: string }[] = [];
  let open = null as { type: 'text' | 'reasoning'; id: string } | null;
  let parts = 0;
  function* close(): Generator<UIMessageChunk> {
    if (open) {
      yield { type: `${open.type}-end`, id: open.id };
      open = null;
    }
  }
  yield { type: 'start' };
  yield { type: 'start-step' };
  try {
    for (let next = await (first ?? events.next()); !next.done; next = await events.next()) {
      const event = next.value;
      if (event.type === 'text' || event.type === 'reasoning' || event.type === 'refusal') {
        const type = event.type === 'reasoning' ? 'reasoning' : 'text';
        if (open?.type !== type) {
          yield* close();
          open = { type, id: `${type}-${parts++}` };
          yield { type: `${type}-start`, id: open.id };
        }
        yield { type: `${type}-delta`, id: open.id, delta: event.delta };
      } else if (event.type === 'tool-call') {
        let call = calls[event.index];
        if (!call) {
          yield* close();
          const toolCallId = event.id ?? `call-${event.index}`;
          call = calls[event.index] = { toolCallId, toolName: event.name ?? 'unknown', text: '' };
          yield { type: 'tool-input-start', toolCallId, toolName: call.toolName };
        }
        if (event.delta) {
          call.text += event.delta;
          yield { type: 'tool-input-delta', toolCallId: call.toolCallId, inputTextDelta: event.delta };
        }
      }
    }
    yield* close();
    for (const { toolCallId, toolName, text } of calls) {
      yield input(toolCallId, toolName, text);
    }
    const { finish, usage, timings, streamId } = await stream.final();
    yield { type: 'data-firsttoken', data: { usage, timings, streamId, finish }, transient: true };
    if (finish === 'stopped') {
      yield { type: 'abort' };
      return;
    }
    yield { type: 'finish-step' };
    yield { type: 'finish', finishReason: reason(finish) };
  } catch (e) {
    yield* close();
    yield { type: 'error', errorText: e instanceof Error ? e.message : String(e) };
  }
}

function input(toolCallId: string, toolName: string, text: string): UIMessageChunk {
  try {
    return { type: 'tool-input-available', toolCallId, toolName, input: JSON.parse(text || '{}') };
  } catch (e) {
    const errorText = `the model's arguments are not JSON: ${(e as Error).message}`;
    return { type: 'tool-input-error', toolCallId, toolName, input: text, errorText };
  }
}

function reason(finish: string | null): FinishReason {
  switch (finish) {
    case 'stop':
    case 'length':
      return finish;
    case 'tool_calls':
      return 'tool-calls';
    case 'content_filter':
      return 'content-filter';
    default:
      return 'other';
  }
}

/** A message of the AI SDK as messages of the OpenAI chat dialect: its tools' answers follow it. */
function toChat(message: UIMessage): ChatMessage[] {
  const content: { type: string; [field: string]: unknown }[] = [];
  const calls: unknown[] = [];
  const answers: ChatMessage[] = [];
  for (const part of message.parts) {
    if (part.type === 'text') {
      content.push({ type: 'text', text: part.text });
    } else if (part.type === 'file' && part.mediaType.startsWith('image/')) {
      content.push({ type: 'image_url', image_url: { url: part.url } });
    } else if ('toolCallId' in part && (part.state === 'output-available' || part.state === 'output-error')) {
      const name = 'toolName' in part ? part.toolName : part.type.slice('tool-'.length);
      const { toolCallId: id } = part;
      calls.push({ id, type: 'function', function: { name, arguments: JSON.stringify(part.input ?? {}) } });
      const said = part.state === 'output-error' ? part.errorText : part.output;
      answers.push({
        role: 'tool',
        tool_call_id: id,
        content: typeof said === 'string' ? said : JSON.stringify(said),
      });
    }
  }
  const plain = content.every(({ type }) => type === 'text');
  const chat: ChatMessage = {
    role: message.role,
    content: plain ? content.map(({ text }) => text).join('') : content,
  };
  return calls.length > 0 ? [{ ...chat, tool_calls: calls }, ...answers] : [chat];
}

const key = (chatId: string): string => `firsttoken:${chatId}`;

function pageStorage(): StreamStorage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    // A page without an origin may not have any.
    return undefined;
  }
}

function memory(): StreamStorage {
  const items = new Map<string, string>();
  return {
    getItem: (name) => items.get(name) ?? null,
    setItem: (name, value) => void items.set(name, value),
    removeItem: (name) => void items.delete(name),
  };
}
