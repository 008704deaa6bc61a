import type { ChatResult } from './types.js';

/** What every error of this package is. Fields are declared alone, since a constructor sets them. */
export class FirstTokenError extends Error {
  override name = 'FirstTokenError';
  /** One word for what went wrong, such as `rate_limit_exceeded`. */
  declare readonly code: string;
  /** What had arrived; null when there was no stream. */
  declare readonly partial: ChatResult | null;

  constructor(message: string, code: string, partial: ChatResult | null = null, cause?: unknown) {
    super(message, cause ? { cause } : undefined);
    this.code = code;
    this.partial = partial;
  }
}

/** The server refused the request, or answered with something else than a stream. */
export class HttpError extends FirstTokenError {
  override name = 'HttpError';
  declare readonly status: number;
  /** How long the server asks to be left alone, if it said. */
  declare readonly retryAfterMs: number | null;
  /** The response's body as text. */
  declare readonly body: string;

  constructor(message: string, code: string, status: number, retryAfterMs: number | null, body: string) {
    super(message, code);
    this.status = status;
    this.retryAfterMs = retryAfterMs;
    this.body = body;
  }
}

/** The request did not reach the server, as far as one can tell. */
export class ConnectionError extends FirstTokenError {
  override name = 'ConnectionError';
}

/** The server said inside the stream that the answer failed. */
export class StreamError extends FirstTokenError {
  override name = 'StreamError';
}

/** The stream ended without saying how, and could not be read on. */
export class StreamTruncatedError extends FirstTokenError {
  override name = 'StreamTruncatedError';
}

/** It was left on this side. */
export class AbortError extends FirstTokenError {
  override name = 'AbortError';
}
