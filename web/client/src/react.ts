/** A React hook for one answer at a time. */
import { useEffect, useState, useSyncExternalStore } from 'react';
import { createClient } from './client.js';
import { AbortError } from './errors.js';
import type { ChatRequest, ChatResult, ChatStream, Client, ResumeOptions, StreamOptions } from './types.js';

/** What there is to render. */
export interface ChatStreamView {
  /** `stopped` and `error` keep what there is of the answer. */
  status: 'idle' | 'connecting' | 'streaming' | 'reconnecting' | 'done' | 'stopped' | 'error';
  text: string;
  reasoning: string;
  /** Of the stream that was asked for last; what to remember for `resume` after a reload. */
  streamId: string | null;
  /** Everything there is, once it is over. */
  result: ChatResult | null;
  error: Error | null;
}

export interface ChatStreamHook extends ChatStreamView {
  /** Asks. What was under way is stopped. */
  send: (request: ChatRequest, options?: StreamOptions) => void;
  /** Reads a stream from its beginning. What was under way is left. */
  resume: (streamId: string, options?: Omit<ResumeOptions, 'after'>) => void;
  /** Has the answer stopped at the provider. */
  stop: () => void;
}

const IDLE: ChatStreamView = {
  status: 'idle',
  text: '',
  reasoning: '',
  streamId: null,
  result: null,
  error: null,
};

/** Deltas in between are shown together, at most this much later. */
const FRAME_MS = 50;

/** What the hook renders, outside of React. */
class ChatStreamStore {
  #view = IDLE;
  #stream: ChatStream | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #leaving: ReturnType<typeof setTimeout> | undefined;
  readonly #listeners = new Set<() => void>();
  readonly #client: Client;

  constructor(client: Client) {
    this.#client = client;
  }

  readonly view = (): ChatStreamView => this.#view;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  };

  readonly send = (request: ChatRequest, options?: StreamOptions): void => {
    this.stop();
    this.#show(this.#client.stream(request, options));
  };

  readonly resume = (streamId: string, options?: ResumeOptions): void => {
    this.leave();
    this.#show(this.#client.resume(streamId, { ...options, after: 0 }));
  };

  readonly stop = (): void => {
    // A server that cannot be told cancels by itself when nobody reads any more.
    this.#stream?.stop().catch(() => {});
  };

  /** React takes components away and puts them back in the same breath; that is no reason to leave. */
  readonly mount = (): (() => void) => {
    clearTimeout(this.#leaving);
    return () => {
      this.#leaving = setTimeout(this.leave);
    };
  };

  readonly leave = (): void => {
    this.#stream?.abort();
    this.#stream = null;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  };

  #show(stream: ChatStream): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#stream = stream;
    this.#set({ ...IDLE, status: 'connecting', streamId: stream.streamId });
    const mine = (change: () => void) => (): void => {
      if (this.#stream === stream) {
        change();
      }
    };
    const update = mine(() => {
      this.#timer = undefined;
      const { text, reasoning, streamId } = stream.snapshot;
      const status = stream.state === 'ended' ? this.#view.status : stream.state;
      this.#set({ ...this.#view, status, text, reasoning, streamId });
    });
    const soon = mine(() => {
      // The first word at once, the others as fast as one can look. A timer also runs in hidden tabs.
      if (this.#view.text === '' && this.#view.reasoning === '') {
        update();
      } else {
        this.#timer ??= setTimeout(update, FRAME_MS);
      }
    });
    stream.on('text', soon);
    stream.on('reasoning', soon);
    stream.on('state', update);
    stream.final().then(
      (result) => mine(() => this.#end(result, null))(),
      (error: Error) => mine(() => this.#end(stream.snapshot, error))(),
    );
  }

  #end(result: ChatResult, error: Error | null): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { text, reasoning, streamId } = result;
    const stopped = result.finish === 'stopped' || error instanceof AbortError;
    const status = stopped ? 'stopped' : error ? 'error' : 'done';
    this.#set({ status, text, reasoning, streamId, result, error: stopped ? null : error });
  }

  #set(view: ChatStreamView): void {
    this.#view = view;
    this.#listeners.forEach((listener) => listener());
  }
}

/**
 * Shows an answer while it arrives. A component that goes away leaves its stream, which can be read
 * on by its id for as long as the server keeps it.
 *
 * @param client the one of the first render counts; the page's own origin if not given
 */
export function useChatStream(client?: Client): ChatStreamHook {
  const [store] = useState(() => new ChatStreamStore(client ?? createClient()));
  const view = useSyncExternalStore(store.subscribe, store.view, store.view);
  useEffect(store.mount, [store]);
  return { ...view, send: store.send, resume: store.resume, stop: store.stop };
}
