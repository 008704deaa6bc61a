import { type Call, readPath, refusal, streamPath, unreachable } from './connection.js';
import { Stream } from './stream.js';
import type {
  ChatRequest,
  ChatStream,
  Client,
  ClientOptions,
  ModelInfo,
  ResumeOptions,
  StreamOptions,
} from './types.js';

/** Makes a client. Nothing is sent yet. */
export function createClient(options: ClientOptions = {}): Client {
  const base = String(options.baseUrl ?? '').replace(/(\/v1)?\/*$/, '');

  async function send({ path, init }: Call, signal?: AbortSignal): Promise<Response> {
    const given = typeof options.headers === 'function' ? await options.headers() : options.headers;
    const headers = new Headers(given);
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    if (options.apiKey && !headers.has('authorization')) {
      headers.set('authorization', `Bearer ${options.apiKey}`);
    }
    const { credentials } = options;
    const request = { cache: 'no-store', credentials, ...init, headers, signal } as RequestInit;
    return (options.fetch ?? fetch)(base + path, request);
  }

  async function stop(streamId: string, headers?: HeadersInit, attempts = 3): Promise<void> {
    let response: Response;
    try {
      // It arrives also when the page is being left.
      const init = { method: 'DELETE', keepalive: true, headers } as RequestInit;
      response = await send({ path: streamPath(streamId), init });
    } catch (e) {
      if (attempts > 1) {
        await new Promise((resolve) => setTimeout(resolve, 200));
        return stop(streamId, headers, attempts - 1);
      }
      throw unreachable(e);
    }
    if (!response.ok && ![404, 410].includes(response.status)) {
      throw await refusal(response);
    }
  }

  function open(call: Call, streamId: string | null, { after = 0, signal, reconnect }: ResumeOptions): ChatStream {
    return new Stream({
      source: {
        send,
        call,
        streamId,
        after,
        reconnect: reconnect ?? options.reconnect ?? {},
        maxEventLength: options.maxEventLength ?? 1 << 24,
      },
      stop: (id) => stop(id, call.init.headers),
      signal,
    });
  }

  return {
    stop: (streamId) => stop(streamId),

    stream(request: ChatRequest, { headers: more, onDisconnect, ...rest }: StreamOptions = {}) {
      const conversation = 'messages' in request;
      const headers = new Headers(more);
      headers.set('content-type', 'application/json');
      if (onDisconnect || (rest.reconnect ?? options.reconnect) !== false) {
        headers.set('x-firsttoken-on-disconnect', onDisconnect ?? 'detach');
      }
      const body = JSON.stringify(
        conversation ? { ...request, stream: true, stream_options: { include_usage: true } } : request,
      );
      const path = conversation ? '/v1/chat/completions' : '/chat/stream';
      return open({ path, init: { method: 'POST', headers, body } }, null, rest);
    },

    resume(streamId: string, { headers, ...rest }: ResumeOptions = {}) {
      const path = readPath(streamId, rest.after ?? 0);
      return open({ path, init: { headers } as RequestInit }, streamId, rest);
    },

    async models(signal?: AbortSignal): Promise<ModelInfo[]> {
      const response = await send({ path: '/v1/models', init: {} }, signal);
      if (!response.ok) {
        throw await refusal(response);
      }
      return ((await response.json()) as { data: ModelInfo[] }).data;
    },
  };
}

/** What {@link streamChat} may be told. */
export interface StreamChatOptions extends ClientOptions, Omit<StreamOptions, 'headers' | 'reconnect'> {
  /** The server's default model if not given. */
  model?: string | undefined;
  /** Is called with the whole text so far, whenever there is more. */
  onUpdate?: ((text: string) => void) | undefined;
}

/**
 * Asks, and shows the answer while it arrives: `await streamChat('Hello', { onUpdate: show })`.
 *
 * @returns the whole text. Rejects if the answer is not whole; what there is of it is in the error.
 */
export async function streamChat(message: string, options: StreamChatOptions = {}): Promise<string> {
  const { model, onUpdate, signal, onDisconnect, ...client } = options;
  const stream = createClient(client).stream({ message, model }, { signal, onDisconnect });
  let text = '';
  for await (const delta of stream.text()) {
    onUpdate?.((text += delta));
  }
  return (await stream.final()).text;
}
