import { Answer } from './answer.js';
import { Connection, type Source, Truncated } from './connection.js';
import { AbortError, StreamError, StreamTruncatedError } from './errors.js';
import { SseLimitError } from './sse.js';
import { Stopwatch } from './stopwatch.js';
import type { ChatEvent, ChatResult, ChatStream, StreamListeners, StreamState } from './types.js';

/** What a stream is made of. */
export interface Parts {
  source: Omit<Source, 'onOpen' | 'onLost'>;
  /** Stops it at the server. */
  stop: (streamId: string) => Promise<void>;
  signal: AbortSignal | undefined;
}

const STOPPED = new Error('stopped');

async function* deltas(events: AsyncIterable<ChatEvent>): AsyncGenerator<string> {
  for await (const event of events) {
    if (event.type === 'text') {
      yield event.delta;
    }
  }
}

/** {@link ChatStream} over a connection that reads on by itself. */
export class Stream implements ChatStream {
  readonly #source: Source;
  readonly #connection: Connection;
  readonly #stopAtServer: (streamId: string) => Promise<void>;
  readonly #answer = new Answer();
  readonly #watch = new Stopwatch();
  readonly #listeners: { [name: string]: Set<unknown> } = {};
  readonly #leave: () => void;

  /** Whether somebody reads. */
  #taken = false;
  #state: StreamState = 'connecting';
  #received: number;
  #stopping: Promise<void> | null = null;

  /** Why it ended before its end: STOPPED, or an AbortError. */
  #why: Error | null = null;

  readonly #end: Promise<ChatResult>;
  #settle!: { resolve: (result: ChatResult) => void; reject: (error: Error) => void };
  #asked = false;

  constructor({ source, stop, signal }: Parts) {
    this.#received = source.after;
    this.#stopAtServer = stop;
    this.#end = new Promise((resolve, reject) => (this.#settle = { resolve, reject }));
    this.#end.catch(() => {});
    this.#source = {
      ...source,
      onOpen: (headers) => {
        const told = (name: string): string | null => headers.get(`x-firsttoken-${name}`);
        this.#source.streamId ??= told('stream');
        this.#become('streaming');
        this.#emit('open', {
          streamId: this.streamId,
          deployment: told('deployment'),
          attempts: Number(told('attempts')) || null,
        });
      },
      onLost: () => {
        this.#watch.lost();
        this.#become('reconnecting');
      },
    };
    this.#connection = new Connection(this.#source);
    const left = (): void => this.abort(signal?.reason);
    this.#leave = () => signal?.removeEventListener('abort', left);
    if (signal?.aborted) {
      left();
    } else {
      signal?.addEventListener('abort', left);
    }
  }

  get streamId(): string | null {
    return this.#source.streamId;
  }

  get received(): number {
    return this.#received;
  }

  get state(): StreamState {
    return this.#state;
  }

  get snapshot(): ChatResult {
    const { sum } = this.#answer;
    return {
      ...sum,
      toolCalls: sum.toolCalls.map((call) => ({ ...call })),
      finish: this.#why === STOPPED ? 'stopped' : sum.finish,
      streamId: this.streamId,
      timings: this.#watch.read(sum.usage?.outputTokens ?? null),
    };
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatEvent> {
    return this.#take();
  }

  text(): AsyncIterableIterator<string> {
    return deltas(this.#take());
  }

  on<K extends keyof StreamListeners>(name: K, listener: StreamListeners[K]): () => void {
    const mine = (this.#listeners[name] ??= new Set()).add(listener);
    // Whoever iterates does so in the same breath.
    queueMicrotask(() => this.#pump());
    return () => void mine.delete(listener);
  }

  final(): Promise<ChatResult> {
    this.#asked = true;
    this.#pump();
    return this.#end;
  }

  stop(): Promise<void> {
    return (this.#stopping ??= this.#stop());
  }

  async #stop(): Promise<void> {
    if (this.#state === 'ended') {
      return;
    }
    this.#why = STOPPED;
    this.#over();
    try {
      // Before its first sign of life a stream has no name that it could be stopped by.
      if (this.streamId === null) {
        this.#connection.leave();
        await this.#connection.opened();
      } else {
        this.#connection.close();
      }
      if (this.streamId !== null) {
        await this.#stopAtServer(this.streamId);
      }
    } finally {
      this.#connection.close();
    }
  }

  abort(reason?: unknown): void {
    this.#connection.close();
    if (this.#state !== 'ended') {
      this.#over((this.#why = new AbortError('the stream was left', 'aborted', this.snapshot, reason)));
    }
  }

  toReadableStream(): ReadableStream<Uint8Array> {
    const deltas = this.text();
    const utf8 = new TextEncoder();
    return new ReadableStream(
      {
        pull: async (out) => {
          const send = (data: string): void => out.enqueue(utf8.encode(`data: ${data}\n\n`));
          try {
            const { done, value } = await deltas.next();
            if (!done) {
              return send(JSON.stringify({ content: value }));
            }
          } catch (e) {
            send(JSON.stringify({ error: (e as Error).message }));
          }
          send('[DONE]');
          out.close();
        },
        cancel: (reason) => this.abort(reason),
      },
      { highWaterMark: 0 },
    );
  }

  // ---- reading -------------------------------------------------------------------------------

  #take(): AsyncGenerator<ChatEvent> {
    if (this.#taken) {
      throw new TypeError('the stream is read already');
    }
    this.#taken = true;
    return this.#run();
  }

  /** Reads for the listeners and for whoever waits for the end, unless somebody else does. */
  #pump(): void {
    if (!this.#taken) {
      void this.#drain(this.#take());
    }
  }

  async #drain(events: AsyncGenerator<ChatEvent>): Promise<void> {
    try {
      for await (const _ of events);
    } catch (e) {
      if (!this.#asked && !this.#listeners.error?.size && !(e instanceof AbortError)) {
        // Nobody would hear of it: as loud as the platform can be.
        void Promise.reject(e);
      }
    }
  }

  async *#run(): AsyncGenerator<ChatEvent> {
    const batches = this.#connection.events();
    try {
      reading: for (;;) {
        this.#goOn();
        const { value } = await batches.next();
        this.#goOn();
        for (const { seq, data, at } of value) {
          this.#emit('raw', { seq, data });
          const events = this.#answer.read(data, seq, () => this.snapshot);
          if (events === null) {
            break reading;
          }
          this.#received = seq;
          for (const event of events) {
            this.#watch.saw(event, at);
            this.#tell(event);
            yield event;
            this.#goOn();
          }
        }
      }
      this.#over();
    } catch (e) {
      const error = this.#why ?? this.#error(e);
      if (error && error !== STOPPED) {
        this.#over(error);
        throw error;
      }
      this.#over();
      if (error === STOPPED) {
        yield this.#stopped();
      }
    } finally {
      if (this.#state !== 'ended') {
        // The loop was left.
        this.abort();
      }
      if (!this.#stopping) {
        // Otherwise a stop does so when it has been heard.
        this.#connection.close();
      }
      batches.return(undefined as never).catch(() => {});
    }
  }

  /** Throws if reading was ended on this side meanwhile. */
  #goOn(): void {
    if (this.#why) {
      throw this.#why;
    }
  }

  /** What to tell of a failure: STOPPED if it is none, null if it is a good end. */
  #error(e: unknown): Error | null {
    if (e instanceof Truncated) {
      // Why it ended was said, only the mark is missing.
      return this.#answer.sum.finish !== null
        ? null
        : new StreamTruncatedError(`the answer is cut off: ${e.message}`, 'truncated', this.snapshot, e.cause);
    }
    if (e instanceof StreamError && e.code === 'stopped') {
      return (this.#why = STOPPED);
    }
    if (e instanceof SseLimitError) {
      return new StreamError(e.message, 'event_too_long', this.snapshot, e);
    }
    return e as Error;
  }

  #stopped(): ChatEvent {
    return { type: 'finish', reason: 'stopped', seq: this.#received };
  }

  /** Ends it, once: well, if there is no error. */
  #over(error?: Error): void {
    if (this.#state !== 'ended') {
      this.#watch.stop();
      this.#leave();
      if (this.#why === STOPPED) {
        this.#tell(this.#stopped());
      }
      this.#become('ended');
      if (error) {
        this.#emit('error', error);
        this.#settle.reject(error);
      } else {
        const result = this.snapshot;
        this.#emit('end', result);
        this.#settle.resolve(result);
      }
    }
  }

  #tell(event: ChatEvent): void {
    this.#emit('event', event);
    const { type } = event;
    if (type === 'text' || type === 'reasoning') {
      this.#emit(type, event.delta, this.#answer.sum[type]);
    }
  }

  #become(state: StreamState): void {
    if (this.#state !== state && this.#state !== 'ended') {
      this.#state = state;
      this.#emit('state', state);
    }
  }

  #emit<K extends keyof StreamListeners>(name: K, ...args: Parameters<StreamListeners[K]>): void {
    for (const listener of this.#listeners[name] ?? []) {
      try {
        (listener as (...args: unknown[]) => void)(...args);
      } catch (e) {
        // A listener's mistake is not the stream's, and not silent either.
        void Promise.reject(e);
      }
    }
  }
}
