import { errorOf } from './answer.js';
import { ConnectionError, HttpError } from './errors.js';
import { SseDecoder, SseLimitError } from './sse.js';
import type { ReconnectOptions } from './types.js';

/** One request to the server. */
export interface Call {
  path: string;
  init: RequestInit;
}

/** Sends a call; what it rejects with is the platform's. */
export type Send = (call: Call, signal: AbortSignal) => Promise<Response>;

/** An event of a stream, as it was on the wire. */
export interface WireEvent {
  /** From 1. */
  seq: number;
  data: string;
  /** When its bytes were read, on the clock of `performance.now()`. */
  at: number;
}

/** What the reading of a stream needs to know. */
export interface Source {
  send: Send;
  call: Call;
  /** Null until a response has said it. */
  streamId: string | null;
  /** How many events were received. */
  after: number;
  reconnect: ReconnectOptions | false;
  maxEventLength: number;
  onOpen: (headers: Headers) => void;
  onLost: () => void;
}

/** The stream broke and cannot be read on. Never leaves this package: it becomes an error with the partial answer. */
export class Truncated extends Error {}

const TYPE = /^text\/event-stream\b/i;
/** What tells of it in a browser. */
const WAKING = ['online', 'pageshow', 'visibilitychange'];

/**
 * The events of one stream, over as many connections as it takes. The first request leaves when
 * this is made; bodies are read when events are asked for.
 */
export class Connection {
  readonly #source: Source;
  /** Ends whatever is under way on the network. */
  readonly #gone = new AbortController();
  #attempt!: AbortController;
  /** How often the server gives a sign of life, as far as it has said so. */
  #heartbeatMs = 0;
  readonly #first: Promise<Response>;
  /** Rejects when nobody waits for the first response any more. */
  readonly #left: Promise<never>;
  /** Waits no longer for the first response, which may still come. */
  leave!: () => void;
  /** Cuts a wait short, or makes a connection prove that it is alive. */
  #wake: (() => void) | null = null;
  readonly #woken = (): void => this.#wake?.();

  constructor(source: Source) {
    this.#source = source;
    this.#left = new Promise((_, reject) => (this.leave = () => reject(new Truncated())));
    this.#left.catch(() => {});
    this.#first = this.#open(source.call);
    this.#first.catch(() => {});
  }

  /** Gives up the connection, and makes no other. */
  close(): void {
    this.leave();
    this.#gone.abort();
    this.#attempt.abort();
    this.#wake?.();
  }

  /** Waits until the server has taken the request, or refused it. */
  opened(): Promise<unknown> {
    return this.#first.catch(() => {});
  }

  /**
   * Batches of events, as they arrive. It does not end by itself: whoever reads it knows the last
   * event, and leaves.
   *
   * @throws Truncated when there is no way to go on
   */
  async *events(): AsyncGenerator<WireEvent[], never> {
    this.#watch('addEventListener');
    try {
      let response = await this.#begin();
      for (let failures = 0; ; ) {
        const before = this.#source.after;
        let cause: unknown = null;
        try {
          yield* this.#read(response);
        } catch (e) {
          if (e instanceof SseLimitError) {
            throw e;
          }
          cause = e;
        }
        failures = this.#source.after > before ? 0 : failures + 1;
        response = await this.#again(failures, cause);
      }
    } finally {
      this.#watch('removeEventListener');
    }
  }

  async #begin(): Promise<Response> {
    try {
      return await Promise.race([this.#first, this.#left]);
    } catch (e) {
      // A question is never asked twice; to read on may be tried as often as one likes.
      if (this.#source.streamId === null || e instanceof Truncated || isHopeless(e)) {
        throw e;
      }
      return this.#again(1, e);
    }
  }

  async #open(call: Call): Promise<Response> {
    const attempt = (this.#attempt = new AbortController());
    if (this.#gone.signal.aborted) {
      attempt.abort();
    }
    let response: Response;
    try {
      response = await this.#alive(this.#source.send(call, attempt.signal));
    } catch (e) {
      throw unreachable(e);
    }
    if (!response.ok || !TYPE.test(response.headers.get('content-type') ?? '')) {
      throw await refusal(response);
    }
    this.#heartbeatMs = Number(response.headers.get('x-firsttoken-heartbeat-ms'));
    this.#source.onOpen(response.headers);
    return response;
  }

  /** Reads one response to its end. */
  async *#read(response: Response): AsyncGenerator<WireEvent[]> {
    const source = this.#source;
    const reader = response.body?.getReader();
    if (!reader) {
      return;
    }
    const decoder = new SseDecoder(source.maxEventLength);
    try {
      for (;;) {
        const chunk = await this.#alive(reader.read());
        if (chunk.done) {
          return;
        }
        const at = performance.now();
        const batch = decoder.feed(chunk.value).map(({ data }) => ({ seq: ++source.after, data, at }));
        if (batch.length > 0) {
          yield batch;
        }
      }
    } finally {
      // Some platforms reject this when the connection is broken, which is known already.
      reader.cancel().catch(() => {});
    }
  }

  /**
   * Gives up the connection when what is waited for does not come for too long. Where the stream's
   * id is known, a server that is there gives signs of life.
   */
  async #alive<T>(waiting: Promise<T>): Promise<T> {
    const { streamId, reconnect } = this.#source;
    // Two signs of life may fail to come.
    const { silenceMs = Math.max(30_000, 3 * this.#heartbeatMs) } = reconnect || {};
    const attempt = this.#attempt;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const within = (ms: number): void => {
      clearTimeout(timer);
      if (streamId !== null) {
        timer = setTimeout(() => attempt.abort(new Error(`silent for ${ms} ms`)), ms);
      }
    };
    within(silenceMs);
    // What was asleep has this long to show that it is alive.
    this.#wake = () => within(Math.min(3000, silenceMs));
    try {
      return await waiting;
    } finally {
      clearTimeout(timer);
      this.#wake = null;
    }
  }

  /** Waits and reads on, until that works or there is no hope. */
  async #again(failures: number, cause: unknown): Promise<Response> {
    const { streamId, reconnect, onLost } = this.#source;
    const { attempts = 10, minDelayMs = 250, maxDelayMs = 10_000 } = reconnect || {};
    for (;;) {
      if (!reconnect || streamId === null || failures >= attempts || this.#gone.signal.aborted) {
        throw new Truncated(said(cause), { cause });
      }
      onLost();
      let wait = Math.min(maxDelayMs, minDelayMs * 2 ** failures) * (0.5 + Math.random() / 2);
      if (cause instanceof HttpError) {
        wait = Math.max(wait, Math.min(cause.retryAfterMs ?? 0, 60_000));
      }
      await this.#pause(wait);
      const { after, call } = this.#source;
      const init = { ...call.init, method: 'GET', body: null };
      try {
        return await this.#open({ path: readPath(streamId, after), init });
      } catch (e) {
        failures = isHopeless(e) ? attempts : failures + 1;
        cause = e;
      }
    }
  }

  /** Waits, but not on when the network or the page comes back, or everybody has left. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(this.#wake, this.#gone.signal.aborted ? 0 : ms);
    });
  }

  /** After a sleep or a change of network the old connection may be dead without saying so. */
  #watch(change: 'addEventListener' | 'removeEventListener'): void {
    WAKING.forEach((name) => globalThis[change]?.(name, this.#woken));
  }
}

/** Whether the same request would be refused again. */
function isHopeless(e: unknown): boolean {
  return e instanceof HttpError && e.status < 500 && ![408, 429].includes(e.status);
}

/** Where a stream is read on. */
export function readPath(streamId: string, after: number): string {
  return `${streamPath(streamId)}?after=${after}`;
}

export function streamPath(streamId: string): string {
  return `/v1/streams/${encodeURIComponent(streamId)}`;
}

/** What a response that is no stream says. */
export async function refusal(response: Response): Promise<HttpError> {
  const { ok, status, headers } = response;
  let body = '';
  let told: ReturnType<typeof errorOf> = {};
  try {
    body = await response.text();
    told = errorOf(JSON.parse(body));
  } catch {
    // Some proxy's page, or half of it: the status says enough.
  }
  const retryAfter = headers.get('retry-after');
  return new HttpError(
    told.message ?? `no event stream: status ${status}, content-type ${headers.get('content-type')}`,
    told.code ?? (ok ? 'not_a_stream' : `http_${status}`),
    status,
    retryAfter && /^\d+$/.test(retryAfter) ? Number(retryAfter) * 1000 : null,
    body,
  );
}

/** @param e what `fetch` rejected with */
export function unreachable(e: unknown): ConnectionError {
  return new ConnectionError(`no answer from the server: ${said(e)}`, 'connection_failed', null, e);
}

/** What an error says, and what is behind it: Node's `fetch failed` alone helps nobody. */
function said(e: unknown): string {
  const { message, cause } = e instanceof Error ? e : new Error('the connection ended');
  return cause instanceof Error ? `${message} (${cause.message})` : message;
}
