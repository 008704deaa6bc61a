/** One message of a conversation, as the OpenAI chat dialect has it. */
export interface ChatMessage {
  role: 'system' | 'developer' | 'user' | 'assistant' | 'tool' | (string & {});
  content?: string | readonly unknown[] | null;
  [field: string]: unknown;
}

/** A conversation to be answered. What is not named here is sent as it is, such as `temperature` or `tools`. */
export interface ConversationRequest {
  messages: readonly ChatMessage[];
  /** The server's default model if not given. */
  model?: string | undefined;
  [parameter: string]: unknown;
}

/** One message to be answered, through `/chat/stream`. */
export interface MessageRequest {
  message: string;
  /** The server's default model if not given. */
  model?: string | undefined;
}

export type ChatRequest = ConversationRequest | MessageRequest;

/** Why an answer ended. `stopped` is ours: {@link ChatStream.stop} was called, here or elsewhere. */
export type FinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter' | 'stopped' | (string & {});

/** What a model counted. A number that the provider did not say is null. */
export interface Usage {
  inputTokens: number | null;
  cachedInputTokens: number | null;
  outputTokens: number | null;
  reasoningTokens: number | null;
}

/** A call of a tool that the model asks for. */
export interface ToolCall {
  id: string;
  name: string;
  /** JSON text as the model wrote it. It may be no JSON at all. */
  arguments: string;
}

/** What is common to all events. */
interface Positioned {
  /**
   * How many events of the stream were received with this one. Events with the same number arrived
   * together: what is to be read on later with `after` starts behind the last of them.
   */
  seq: number;
}

/** What can happen on a stream, in the order in which it happened. */
export type ChatEvent = Positioned &
  (
    | { type: 'text'; delta: string }
    | { type: 'reasoning'; delta: string }
    | { type: 'refusal'; delta: string }
    | {
        type: 'tool-call';
        /** Which of the answer's calls this is a part of, from 0. */
        index: number;
        id?: string;
        name?: string;
        /** More of the arguments' JSON text. */
        delta: string;
      }
    | { type: 'usage'; usage: Usage }
    | { type: 'finish'; reason: FinishReason }
  );

/** When things happened, on this side's clock, in milliseconds from the request on. */
export interface Timings {
  /** To the first text; null while there is none. */
  ttftMs: number | null;
  /** To the first reasoning; null while there is none. */
  reasoningMs: number | null;
  totalMs: number;
  /** From the first content on. Null when the provider did not count, or the answer came at once. */
  tokensPerSecond: number | null;
  /** Silences of a second or more behind the first content. */
  stalls: number;
  longestGapMs: number;
  /** How often the connection was lost and the stream read on. */
  reconnects: number;
}

/** An answer, or as much of it as there is. */
export interface ChatResult {
  text: string;
  reasoning: string;
  refusal: string;
  toolCalls: ToolCall[];
  /** Null when the provider did not say. */
  usage: Usage | null;
  /** Null while the answer is not complete, and where the dialect does not say: `/chat/stream`. */
  finish: FinishReason | null;
  /** The model that answered, by its own account. */
  model: string | null;
  /** Null when the server gave none. */
  streamId: string | null;
  timings: Timings;
}

/**
 * Where a stream is: the request is on its way; its answer is coming; the connection is lost and the
 * stream about to be read on; it is over.
 */
export type StreamState = 'connecting' | 'streaming' | 'reconnecting' | 'ended';

/** What a server says of a stream before its first event. */
export interface StreamHead {
  /** Null when the server gave none. */
  streamId: string | null;
  /** `provider/model`, percent-encoded where it is not visible ASCII; null while nobody has answered. */
  deployment: string | null;
  /** How many deployments were asked until that one answered. */
  attempts: number | null;
}

/** What a stream tells listeners. */
export interface StreamListeners {
  /** The server has taken the request, or lets the stream be read on. */
  open: (head: StreamHead) => void;
  state: (state: StreamState) => void;
  event: (event: ChatEvent) => void;
  text: (delta: string, snapshot: string) => void;
  reasoning: (delta: string, snapshot: string) => void;
  /** An event as it was on the wire, the last one included. */
  raw: (event: { seq: number; data: string }) => void;
  end: (result: ChatResult) => void;
  error: (error: Error) => void;
}

/** How hard to try to read a stream on. */
export interface ReconnectOptions {
  /** Failures in a row, without an event in between. 10 if not said. */
  attempts?: number | undefined;
  /** The first wait; it doubles, and each is drawn from its upper half. 250 if not said. */
  minDelayMs?: number | undefined;
  /** 10,000 if not said. */
  maxDelayMs?: number | undefined;
  /**
   * Silence after which a connection counts as lost. If not said, three times what the server says
   * of its signs of life, and 30,000 at least.
   */
  silenceMs?: number | undefined;
}

export interface ClientOptions {
  /** Where the server is, with or without `/v1`. The page's own origin if not given. */
  baseUrl?: string | URL | undefined;
  /** A caller key, sent as a Bearer token. */
  apiKey?: string | undefined;
  /** More headers, or what gives them for each request. */
  headers?: HeadersInit | (() => HeadersInit | Promise<HeadersInit>) | undefined;
  credentials?: RequestCredentials | undefined;
  /** Instead of the platform's. */
  fetch?: typeof fetch | undefined;
  /** False never reads on by itself. */
  reconnect?: ReconnectOptions | false | undefined;
  /** Longest event in characters, 16 Mi if not said. */
  maxEventLength?: number | undefined;
}

export interface StreamOptions {
  /** Leaves the stream, as {@link ChatStream.abort} does. */
  signal?: AbortSignal | undefined;
  headers?: HeadersInit | undefined;
  reconnect?: ReconnectOptions | false | undefined;
  /**
   * What becomes of the answer when nobody reads it. `detach`, which lets it be read on, if not
   * given; the server's own choice where `reconnect` is false.
   */
  onDisconnect?: 'cancel' | 'drain' | 'detach' | undefined;
}

export interface ResumeOptions {
  /** How many events were received; 0, the whole answer once more, if not said. */
  after?: number | undefined;
  signal?: AbortSignal | undefined;
  headers?: HeadersInit | undefined;
  reconnect?: ReconnectOptions | false | undefined;
}

/**
 * One answer while it arrives. It is read once: by iterating, by `text()`, by `toReadableStream()`,
 * or, if none of them was called, by the first of `on()` and `final()`.
 */
export interface ChatStream extends AsyncIterable<ChatEvent> {
  /** The stream's id, null until the server has said it. */
  readonly streamId: string | null;
  /**
   * How many events were received and passed on, the last one (`[DONE]`) left out: what to give to
   * `resume` as `after`.
   */
  readonly received: number;
  readonly state: StreamState;
  /** What there is by now. */
  readonly snapshot: ChatResult;
  /** The text alone, delta by delta. */
  text(): AsyncIterableIterator<string>;
  /** @returns what takes the listener away again */
  on<K extends keyof StreamListeners>(name: K, listener: StreamListeners[K]): () => void;
  /** The whole answer. Rejects if it is not one. */
  final(): Promise<ChatResult>;
  /**
   * Has the answer stopped at the provider. Reading ends at once, and well: `finish` is `stopped`.
   * Resolves when the server has confirmed, rejects when it could not be told.
   */
  stop(): Promise<void>;
  /** Leaves the stream without a word to the server. The answer can be read on by its id. */
  abort(reason?: unknown): void;
  /**
   * The text as bytes in the form of `/chat/stream`, for a server that passes it on:
   * `new Response(stream.toReadableStream(), { headers: { 'content-type': 'text/event-stream' } })`.
   */
  toReadableStream(): ReadableStream<Uint8Array>;
}

export interface ModelInfo {
  id: string;
  [field: string]: unknown;
}

export interface Client {
  /** Asks. The request leaves at once, and only once: it is never repeated. */
  stream(request: ChatRequest, options?: StreamOptions): ChatStream;
  /** Reads a stream on, or once more. */
  resume(streamId: string, options?: ResumeOptions): ChatStream;
  /** Has a stream stopped at its provider. One that has ended already is no error. */
  stop(streamId: string): Promise<void>;
  models(signal?: AbortSignal): Promise<ModelInfo[]>;
}
