/**
 * Streams model answers from a FirstToken server. {@link streamChat} is the one-liner,
 * {@link createClient} the whole client.
 */
export { createClient, streamChat, type StreamChatOptions } from './client.js';
export {
  AbortError,
  ConnectionError,
  FirstTokenError,
  HttpError,
  StreamError,
  StreamTruncatedError,
} from './errors.js';
export type * from './types.js';
