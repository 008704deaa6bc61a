import { errorOf } from './answer.js';
import { ConnectionError, HttpError } from './errors.js';
import type { ReconnectOptions } from './types.js';
import { SseDecoder, SseLimitError } from './sse.js';

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
  onOpen: (streamId: string | null) => void;
  onLost: () => void;
}

/** The stream broke and cannot be read on. Never leaves this package: it becomes an error with the partial answer. */
export class Truncated extends Error {}

const TYPE = 'text/event-stream';
const ID_HEADER = 'x-firsttoken-stream';
/** A connection that was asleep has this long to show that it is alive. */
const WAKE_MS = 3000;
const MAX_BODY = 65_536;

/**
 * The events of one stream, over as many connections as it takes. The first request leaves when
 * this is made; bodies are read when events are asked for.
 */
export class Connection {
  readonly #source: Source;
  /** Ends whatever is under way on the network. */
  readonly #gone = new AbortController();
  #attempt: AbortController;
  readonly #first: Promise<Response>;
  #isFirst = true;
  /** Rejects when nobody waits for the first response any more. */
  readonly #left: Promise<never>;
  #leave!: (why: Error) => void;
  /** Cuts a wait short, or makes a connection prove that it is alive. */
  #wake: (() => void) | null = null;

  constructor(source: Source) {
    this.#source = source;
    this.#attempt = new AbortController();
    this.#left = new Promise((_, reject) => (this.#leave = reject));
    this.#left.catch(() => {});
    this.#first = this.#open(source.call).finally(() => (this.#isFirst = false));
    this.#first.catch(() => {});
  }

  /** Ends the reading, but not a first request whose answer is still to come. */
  leave(): void {
    this.#leave(new Truncated('left'));
    if (!this.#isFirst) {
      this.close();
    }
  }

  /** Gives up the connection, and makes no other. */
  close(): void {
    this.#leave(new Truncated('left'));
    this.#gone.abort();
    this.#attempt.abort();
  }

  /** Whether the server has taken the request; waits until that is known. */
  async opened(): Promise<boolean> {
    try {
      await this.#first;
      return true;
    } catch {
      return false;
    }
  }

  /**
   * Batches of events, as they arrive. It does not end by itself: whoever reads it knows the last
   * event, and leaves.
   *
   * @throws Truncated when there is no way to go on
   */
  async *events(): AsyncGenerator<WireEvent[], never> {
    const unwatch = this.#watch();
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
      unwatch();
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
      response = await this.#source.send(call, attempt.signal);
    } catch (e) {
      throw new ConnectionError(`no answer from the server: ${said(e)}`, 'connection_failed', null, e);
    }
    const type = response.headers.get('content-type') ?? '';
    if (!response.ok || response.status === 204 || !type.toLowerCase().startsWith(TYPE)) {
      throw await refusal(response);
    }
    const id = response.headers.get(ID_HEADER);
    if (id !== null) {
      this.#source.streamId = id;
    }
    this.#source.onOpen(this.#source.streamId);
    return response;
  }

  /** Reads one response to its end. */
  async *#read(response: Response): AsyncGenerator<WireEvent[]> {
    const source = this.#source;
    const attempt = this.#attempt;
    const silenceMs = (source.reconnect && source.reconnect.silenceMs) || 30_000;
    const reader = response.body?.getReader();
    if (!reader) {
      return;
    }
    const decoder = new SseDecoder(source.maxEventLength);
    try {
      for (;;) {
        let timer: ReturnType<typeof setTimeout> | undefined;
        const lost = (): void => attempt.abort(new Error(`silent for ${silenceMs} ms`));
        if (source.streamId !== null) {
          timer = setTimeout(lost, silenceMs);
          this.#wake = () => {
            clearTimeout(timer);
            timer = setTimeout(lost, Math.min(WAKE_MS, silenceMs));
          };
        }
        let chunk: ReadableStreamReadResult<Uint8Array>;
        try {
          chunk = await reader.read();
        } finally {
          clearTimeout(timer);
          this.#wake = null;
        }
        if (chunk.done) {
          return;
        }
        const at = performance.now();
        const batch: WireEvent[] = [];
        for (const { data } of decoder.feed(chunk.value)) {
          batch.push({ seq: ++source.after, data, at });
        }
        if (batch.length > 0) {
          yield batch;
        }
      }
    } finally {
      // Some platforms reject this when the connection is broken, which is known already.
      reader.cancel().catch(() => {});
    }
  }

  /** Waits and reads on, until that works or there is no hope. */
  async #again(failures: number, cause: unknown): Promise<Response> {
    const { streamId, reconnect, onLost } = this.#source;
    const { attempts = 10, minDelayMs = 250, maxDelayMs = 10_000 } = reconnect || {};
    for (;;) {
      if (!reconnect || streamId === null || failures >= attempts || this.#gone.signal.aborted) {
        throw new Truncated(said(cause) || 'the connection ended', { cause });
      }
      onLost();
      let wait = Math.min(maxDelayMs, minDelayMs * 2 ** failures) * (0.5 + Math.random() / 2);
      if (cause instanceof HttpError && cause.retryAfterMs !== null) {
        wait = Math.min(Math.max(wait, cause.retryAfterMs), 60_000);
      }
      await this.#pause(wait);
      try {
        return await this.#open(this.#readOn(streamId));
      } catch (e) {
        failures = isHopeless(e) ? attempts : failures + 1;
        cause = e;
      }
    }
  }

  #readOn(streamId: string): Call {
    const { method: _, body: __, ...init } = this.#source.call.init;
    return { path: readPath(streamId, this.#source.after), init };
  }

  /** Waits, but not on when the network or the page comes back. */
  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#wake = null;
        this.#gone.signal.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.#wake = done;
      this.#gone.signal.addEventListener('abort', done);
    });
  }

  /** After a sleep or a change of network the old connection may be dead without saying so. */
  #watch(): () => void {
    if (typeof addEventListener !== 'function') {
      return () => {};
    }
    const names = ['online', 'pageshow', 'visibilitychange'];
    const wake = (): void => {
      if (typeof document === 'undefined' || document.visibilityState !== 'hidden') {
        this.#wake?.();
      }
    };
    names.forEach((name) => addEventListener(name, wake));
    return () => names.forEach((name) => removeEventListener(name, wake));
  }
}

/** Whether the same request would be refused again. */
export function isHopeless(e: unknown): boolean {
  return e instanceof HttpError && e.status < 500 && e.status !== 429 && e.status !== 408;
}

/** Where a stream is read on. */
export function readPath(streamId: string, after: number): string {
  return `/v1/streams/${encodeURIComponent(streamId)}?after=${after}`;
}

/** What a response that is no stream says. */
export async function refusal(response: Response): Promise<HttpError> {
  const { status } = response;
  let body = '';
  try {
    body = (await response.text()).slice(0, MAX_BODY);
  } catch {
    // The status alone says enough, and it is all that is left.
  }
  let told: { message?: string; code?: string } = {};
  try {
    told = errorOf(JSON.parse(body));
  } catch {
    // A page of some proxy, most of the time.
  }
  const type = response.headers.get('content-type') ?? 'none';
  const reason = response.ok
    ? `the answer is no event stream (status ${status}, content-type ${type})`
    : `the server refused with status ${status}`;
  return new HttpError(
    told.message ?? reason,
    told.code ?? (response.ok ? 'not_a_stream' : `http_${status}`),
    status,
    retryAfter(response.headers.get('retry-after')),
    body,
  );
}

function retryAfter(header: string | null): number | null {
  if (header === null) {
    return null;
  }
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : null;
}

function said(e: unknown): string {
  return e instanceof Error ? e.message : e ? String(e) : '';
}
