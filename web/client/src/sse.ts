/** A server-sent event. */
export interface SseEvent {
  /** `message` if not said otherwise. */
  event: string;
  data: string;
  /** The last id that was said up to here, empty if none was. */
  id: string;
}

/** An event is longer than it may be. */
export class SseLimitError extends RangeError {
  override name = 'SseLimitError';
}

/**
 * Makes events of bytes, however they were cut. It keeps what is not complete yet and drops it at
 * the end, as WHATWG HTML 9.2.6 says.
 */
export class SseDecoder {
  /** The last valid `retry` in milliseconds. */
  retry: number | null = null;

  readonly #maxLength: number;
  // Not every platform's own way with the mark survives bytes that come one by one.
  readonly #utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
  /** What is no part of the text that comes next: a mark in front, or the second half of a line end. */
  #skip: RegExp | string = /^\uFEFF/;
  #line = '';
  #event = '';
  #data: string | null = null;
  #id = '';

  /** @param maxLength of an event, in characters */
  constructor(maxLength: number = 1 << 24) {
    this.#maxLength = maxLength;
  }

  /**
   * @returns the events that are complete with these bytes
   * @throws SseLimitError when an event is longer than it may be
   */
  feed(bytes: Uint8Array): SseEvent[] {
    const events: SseEvent[] = [];
    const decoded = this.#utf8.decode(bytes, { stream: true });
    if (decoded === '') {
      return events;
    }
    const text = decoded.replace(this.#skip, '');
    this.#skip = decoded.endsWith('\r') ? /^\n/ : '';
    let from = 0;
    for (const { 0: end, index } of text.matchAll(/\r\n?|\n/g)) {
      const line = this.#line + text.slice(from, index);
      this.#line = '';
      from = index + end.length;
      this.#bound(line);
      if (line !== '') {
        this.#field(line);
      } else {
        if (this.#data !== null) {
          events.push({ event: this.#event || 'message', data: this.#data, id: this.#id });
        }
        this.#data = null;
        this.#event = '';
      }
    }
    this.#line += text.slice(from);
    this.#bound(this.#line);
    return events;
  }

  #bound(line: string): void {
    if ((this.#data?.length ?? 0) + line.length > this.#maxLength) {
      throw new SseLimitError(`an event is longer than ${this.#maxLength} characters`);
    }
  }

  #field(line: string): void {
    const [, name, value] = /^([^:]*):? ?([^]*)/.exec(line) as unknown as [string, string, string];
    if (name === 'data') {
      this.#data = this.#data === null ? value : `${this.#data}\n${value}`;
    } else if (name === 'event') {
      this.#event = value;
    } else if (name === 'id') {
      if (!value.includes('\0')) {
        this.#id = value;
      }
    } else if (name === 'retry' && /^\d+$/.test(value)) {
      this.retry = Number(value);
    }
  }
}
