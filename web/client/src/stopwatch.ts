import type { ChatEvent, Timings } from './types.js';

const STALL_MS = 1000;

/** Takes a stream's times, on the clock of `performance.now()`. */
export class Stopwatch {
  readonly #start = performance.now();
  readonly #times = {
    ttftMs: null as number | null,
    reasoningMs: null as number | null,
    stalls: 0,
    longestGapMs: 0,
    reconnects: 0,
  };
  /** Of the first and the last content. */
  #first = 0;
  #last = 0;
  #end = 0;

  /** @param at when its bytes were read */
  saw(event: ChatEvent, at: number): void {
    // What is content comes in deltas.
    if ('delta' in event) {
      const times = this.#times;
      const gap = at - (this.#last || at);
      this.#first ||= at;
      this.#last = at;
      times.longestGapMs = Math.max(times.longestGapMs, gap);
      times.stalls += gap < STALL_MS ? 0 : 1;
      if (event.type === 'text') {
        times.ttftMs ??= at - this.#start;
      } else if (event.type === 'reasoning') {
        times.reasoningMs ??= at - this.#start;
      }
    }
  }

  lost(): void {
    this.#times.reconnects++;
  }

  stop(): void {
    this.#end ||= performance.now();
  }

  /** @param tokens of the whole answer, if somebody counted */
  read(tokens: number | null): Timings {
    const ms = this.#last - this.#first;
    return {
      ...this.#times,
      totalMs: (this.#end || performance.now()) - this.#start,
      // The first token's wait is not its speed, so it is no part of either number.
      tokensPerSecond: tokens && tokens > 1 && ms ? ((tokens - 1) * 1000) / ms : null,
    };
  }
}
