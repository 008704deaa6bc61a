import type { ChatEvent, Timings } from './types.js';

const STALL_MS = 1000;

/** Takes a stream's times, on the clock of `performance.now()`. */
export class Stopwatch {
  readonly #start = performance.now();
  #text: number | null = null;
  #reasoning: number | null = null;
  #last: number | null = null;
  #end: number | null = null;
  #stalls = 0;
  #longestGap = 0;
  #reconnects = 0;

  /** @param at when its bytes were read */
  saw(event: ChatEvent, at: number): void {
    if (event.type === 'text') {
      this.#text ??= at;
    } else if (event.type === 'reasoning') {
      this.#reasoning ??= at;
    } else if (event.type !== 'tool-call' && event.type !== 'refusal') {
      return;
    }
    const gap = at - (this.#last ?? at);
    this.#longestGap = Math.max(this.#longestGap, gap);
    this.#stalls += gap >= STALL_MS ? 1 : 0;
    this.#last = at;
  }

  lost(): void {
    this.#reconnects++;
  }

  stop(): void {
    this.#end ??= performance.now();
  }

  /** @param tokens of the whole answer, if somebody counted */
  read(tokens: number | null): Timings {
    const since = (at: number | null): number | null => (at === null ? null : at - this.#start);
    const first = Math.min(this.#text ?? Infinity, this.#reasoning ?? Infinity);
    const seconds = ((this.#last ?? first) - first) / 1000;
    return {
      ttftMs: since(this.#text),
      reasoningMs: since(this.#reasoning),
      totalMs: (this.#end ?? performance.now()) - this.#start,
      // The first token's wait is not its speed, so it is no part of either number.
      tokensPerSecond: tokens !== null && tokens > 1 && seconds > 0 ? (tokens - 1) / seconds : null,
      stalls: this.#stalls,
      longestGapMs: this.#longestGap,
      reconnects: this.#reconnects,
    };
  }
}
