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
  readonly #utf8 = new TextDecoder();
  #line = '';
  #endedWithCr = false;
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
    const text = this.#utf8.decode(bytes, { stream: true });
    if (text === '') {
      return events;
    }
    // The first half of this line end has ended the line already.
    let from = this.#endedWithCr && text[0] === '\n' ? 1 : 0;
    const lineEnd = /\r\n?|\n/g;
    lineEnd.lastIndex = from;
    for (let end = lineEnd.exec(text); end; end = lineEnd.exec(text)) {
      const line = this.#line + text.slice(from, end.index);
      this.#line = '';
      from = lineEnd.lastIndex;
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
    this.#endedWithCr = text.endsWith('\r');
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
    const colon = line.indexOf(':');
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + (line[colon + 1] === ' ' ? 2 : 1));
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
