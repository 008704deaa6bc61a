/**
 * Streams model answers from a FirstToken server. {@link streamChat} is the one-liner,
 * {@link createClient} the whole client.
 */
export { createClient, type StreamChatOptions, streamChat } from './client.js';
export {
  AbortError,
  ConnectionError,
  FirstTokenError,
  HttpError,
  StreamError,
  StreamTruncatedError,
} from './errors.js';
export type * from './types.js';
