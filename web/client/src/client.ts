import { isHopeless, readPath, refusal, type Call } from './connection.js';
import { ConnectionError, FirstTokenError } from './errors.js';
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

const STOP_ATTEMPTS = 4;

/** Makes a client. Nothing is sent yet. */
export function createClient(options: ClientOptions = {}): Client {
  const base = String(options.baseUrl ?? '').replace(/\/+$/, '').replace(/\/v1$/, '');

  async function send({ path, init }: Call, signal?: AbortSignal): Promise<Response> {
    const given = typeof options.headers === 'function' ? await options.headers() : options.headers;
    const headers = new Headers(given);
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    if (options.apiKey !== undefined && !headers.has('authorization')) {
      headers.set('authorization', `Bearer ${options.apiKey}`);
    }
    const request: RequestInit = { cache: 'no-store', ...init, headers };
    if (options.credentials) {
      request.credentials = options.credentials;
    }
    if (signal) {
      request.signal = signal;
    }
    return (options.fetch ?? fetch)(base + path, request);
  }

  async function stop(streamId: string): Promise<void> {
    const call = {
      path: `/v1/streams/${encodeURIComponent(streamId)}`,
      // It arrives also when the page is being left.
      init: { method: 'DELETE', keepalive: true },
    };
    for (let attempt = 1; ; attempt++) {
      let error: Error;
      try {
        const response = await send(call);
        if (response.ok || response.status === 404 || response.status === 410) {
          void response.body?.cancel().catch(() => {});
          return;
        }
        error = await refusal(response);
      } catch (e) {
        error = e as Error;
      }
      if (isHopeless(error) || attempt === STOP_ATTEMPTS) {
        throw error instanceof FirstTokenError
          ? error
          : new ConnectionError(
              `the server could not be told to stop: ${error.message}`,
              'connection_failed',
              null,
              error,
            );
      }
      await new Promise((resolve) => setTimeout(resolve, 250 * 2 ** attempt * Math.random()));
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
      stop,
      signal,
    });
  }

  return {
    stop,

    stream(request: ChatRequest, { headers: more, onDisconnect, ...rest }: StreamOptions = {}) {
      const conversation = 'messages' in request;
      const headers = new Headers(more);
      headers.set('content-type', 'application/json');
      headers.set('accept', 'text/event-stream');
      const policy =
        onDisconnect ?? ((rest.reconnect ?? options.reconnect) === false ? null : 'detach');
      if (policy) {
        headers.set('x-firsttoken-on-disconnect', policy);
      }
      const body = conversation
        ? { ...request, stream: true, stream_options: { include_usage: true } }
        : request;
      const init = { method: 'POST', headers, body: JSON.stringify(body) };
      return open({ path: conversation ? '/v1/chat/completions' : '/chat/stream', init }, null, rest);
    },

    resume(streamId: string, { headers, ...rest }: ResumeOptions = {}) {
      const init = headers ? { headers } : {};
      return open({ path: readPath(streamId, rest.after ?? 0), init }, streamId, rest);
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
  model?: string;
  /** Is called with the whole text so far, whenever there is more. */
  onUpdate?: (text: string) => void;
}

/**
 * Asks, and shows the answer while it arrives: `await streamChat('Hello', { onUpdate: show })`.
 *
 * @returns the whole text. Rejects if the answer is not whole; what there is of it is in the error.
 */
export async function streamChat(message: string, options: StreamChatOptions = {}): Promise<string> {
  const { model, onUpdate, signal, onDisconnect, ...client } = options;
  const stream = createClient(client).stream(
    model === undefined ? { message } : { message, model },
    { ...(signal && { signal }), ...(onDisconnect && { onDisconnect }) },
  );
  let text = '';
  for await (const delta of stream.text()) {
    onUpdate?.((text += delta));
  }
  return (await stream.final()).text;
}
