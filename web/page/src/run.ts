import {
  AbortError,
  type ChatEvent,
  type ChatMessage,
  type ChatStream,
  type Client,
  createClient,
  HttpError,
} from 'firsttoken';
import { failureOf } from './failures.js';
import { type Answer, isOver, now } from './model.js';
import { callerKey } from './preferences.js';
import { mark } from './timeline.js';
import { turn } from './turn.js';
import { WireLog } from './wire-log.js';

/** How often an answer that grows is kept at most, in milliseconds, and how much less often with each character. */
const KEEP_EVERY = 700;
const KEEP_LATER = 0.02;

/** How long events are taken in without a break, in milliseconds. Thousands of them can arrive in one piece. */
const BUSY = 8;

/** Bytes that are looked at together. */
const SLICE = 1 << 14;

/** What a run tells whoever shows it. */
export interface RunListener {
  /** There is more text or reasoning, or only more time. */
  grew?: (more: { text: string; reasoning: string }) => void;
  /** The answer's state, tool calls or connection have changed. */
  changed?: () => void;
}

export function client(): Client {
  const key = callerKey();
  return createClient({ baseUrl: location.origin, fetch: fetchInSlices, ...(key && { apiKey: key }) });
}

/** What has piled up comes in slices, since a slice is decoded in one go. */
async function fetchInSlices(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(input, init);
  const slices = new TransformStream<Uint8Array, Uint8Array>({
    transform(bytes, out) {
      for (let from = 0; from < bytes.length; from += SLICE) {
        out.enqueue(bytes.subarray(from, from + SLICE));
      }
    },
  });
  return response.body ? new Response(response.body.pipeThrough(slices), response) : response;
}

/**
 * One answer while it comes, in this tab: asked for here, read on after the page was loaded again,
 * or followed along with the tab that asked.
 *
 * The answer is changed in place. Only one tab keeps it; another one takes over when that is closed.
 */
export class Run {
  readonly answer: Answer;
  readonly wire = new WireLog();
  /** The connection is lost and the stream about to be read on. */
  reconnecting = false;
  readonly ended: Promise<void>;

  readonly #keep: (answer: Answer, important: boolean) => void;
  readonly #listeners = new Set<RunListener>();
  #stream: ChatStream | null = null;
  readonly #whole = new AbortController();
  #stopped = false;
  #end!: () => void;
  #keeper = false;
  #keptAt = 0;
  /** Events up to this one were there before reading began: their times say nothing. */
  #replayedTo = 0;
  /** Everything before this time is a replay. */
  #replayUntil = 0;

  /** @param keep puts the answer where it outlives the page; important when other tabs should know */
  constructor(answer: Answer, keep: (answer: Answer, important: boolean) => void) {
    this.answer = answer;
    this.#keep = keep;
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.#becomeKeeper();
    const leaving = (): void => this.#save(false, true);
    addEventListener('pagehide', leaving);
    void this.ended.then(() => removeEventListener('pagehide', leaving));
  }

  listen(listener: RunListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Milliseconds since the question was sent. */
  get elapsed(): number {
    return now() - this.answer.created;
  }

  /** Asks. */
  ask(messages: ChatMessage[], parameters: Record<string, unknown>): void {
    const { model, streamed } = this.answer;
    const request = { ...parameters, messages, ...(model && { model }) };
    this.wire.add({ seq: null, at: 0, data: 'asked' });
    if (streamed) {
      this.#read(client().stream(request, { onDisconnect: 'detach' }));
    } else {
      void this.#askWhole(request);
    }
  }

  /** Reads on what was asked for before. */
  follow(): void {
    const { streamId, received, timeline } = this.answer;
    if (streamId === null) {
      return;
    }
    if (!this.#keeper || timeline.deltas > 0) {
      timeline.resumed++;
    }
    this.#replayedTo = received;
    this.#replayUntil = this.elapsed + 150;
    this.#read(client().resume(streamId, { after: received }));
  }

  stop(): void {
    this.#stopped = true;
    this.#whole.abort();
    this.#stream?.stop().catch(() => {
      // The answer has ended here; the server stops it by itself once nobody reads it.
    });
  }

  /** Lets go of the answer, which goes on at the server. */
  leave(): void {
    this.#stream?.abort();
  }

  // ---- streamed ------------------------------------------------------------------------------

  #read(stream: ChatStream): void {
    this.#stream = stream;
    stream.on('open', ({ streamId, deployment, attempts }) => {
      this.answer.streamId = streamId;
      this.answer.deployment ??= deployment && decoded(deployment);
      this.answer.attempts ??= attempts;
      this.wire.add({ seq: null, at: this.elapsed, data: `stream ${streamId ?? ''}` });
      this.#save(true);
    });
    stream.on('state', (state) => {
      if (state === 'reconnecting') {
        this.answer.timeline.resumed++;
      }
      if (state === 'reconnecting' || (state === 'streaming' && this.reconnecting)) {
        this.wire.add({ seq: null, at: this.elapsed, data: state });
        this.#replayUntil = this.elapsed + 150;
      }
      this.reconnecting = state === 'reconnecting';
      this.#tellChanged();
    });
    stream.on('raw', ({ seq, data }) => this.wire.add({ seq, at: this.elapsed, data }));
    stream.on('event', (event) => this.#event(event, stream));
    stream.on('end', (result) => {
      this.answer.received = stream.received;
      this.answer.finish = result.finish;
      this.#over(result.finish === 'stopped' ? 'stopped' : 'complete');
    });
    stream.on('error', (error) => {
      if (error instanceof AbortError) {
        this.#end();
        return;
      }
      this.answer.received = stream.received;
      const gone = error instanceof HttpError && (error.status === 404 || error.status === 410);
      if (gone && this.answer.streamId !== null) {
        this.#over('lost');
      } else {
        this.answer.failure = failureOf(error);
        this.#over('failed');
      }
    });
    void this.#takeIn(stream);
  }

  /** Reads for the listeners, and lets the page breathe. */
  async #takeIn(stream: ChatStream): Promise<void> {
    try {
      let since = performance.now();
      for await (const _ of stream) {
        if (performance.now() - since > BUSY) {
          await turn();
          since = performance.now();
        }
      }
    } catch {
      // The listeners know.
    }
  }

  #event(event: ChatEvent, stream: ChatStream): void {
    const { answer } = this;
    const at = this.elapsed;
    answer.received = event.seq;
    switch (event.type) {
      case 'text':
      case 'refusal':
        answer.text += event.delta;
        this.#grew(event.delta, '', at, event.seq);
        break;
      case 'reasoning':
        answer.reasoning += event.delta;
        this.#grew('', event.delta, at, event.seq);
        break;
      case 'tool-call': {
        const call = (answer.toolCalls[event.index] ??= { name: '', arguments: '' });
        call.name ||= event.name ?? '';
        call.arguments += event.delta;
        this.#grew('', '', at, event.seq);
        break;
      }
      case 'usage': {
        const { inputTokens, outputTokens, reasoningTokens } = event.usage;
        answer.usage = { input: inputTokens, output: outputTokens, reasoning: reasoningTokens };
        break;
      }
      case 'finish':
        answer.finish = event.reason;
        break;
    }
    answer.answeredBy ??= stream.snapshot.model;
    this.#save(false);
  }

  #grew(text: string, reasoning: string, at: number, seq: number): void {
    const replay = this.answer.timeline.resumed > 0 && at < this.#replayUntil && seq > this.#replayedTo;
    mark(this.answer.timeline, at, reasoning === '' ? 'text' : 'reasoning', replay);
    if (this.answer.state === 'waiting') {
      this.answer.state = 'streaming';
      this.#tellChanged();
    }
    for (const listener of this.#listeners) {
      listener.grew?.({ text, reasoning });
    }
  }

  // ---- in one piece --------------------------------------------------------------------------

  async #askWhole(request: Record<string, unknown>): Promise<void> {
    const { answer } = this;
    const key = callerKey();
    try {
      const response = await fetch('/v1/chat/completions', {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...(key && { authorization: `Bearer ${key}` }) },
        body: JSON.stringify({ ...request, stream: false }),
        signal: this.#whole.signal,
        cache: 'no-store',
      });
      const body = await response.text();
      const at = this.elapsed;
      this.wire.add({ seq: 1, at, data: body });
      if (!response.ok) {
        throw HttpErrorOf(response, body);
      }
      const { choices, usage, model } = JSON.parse(body) as WholeAnswer;
      const [choice] = choices ?? [];
      const said = choice?.message;
      answer.answeredBy = model ?? null;
      answer.finish = choice?.finish_reason ?? null;
      answer.usage = {
        input: usage?.prompt_tokens ?? null,
        output: usage?.completion_tokens ?? null,
        reasoning: usage?.completion_tokens_details?.reasoning_tokens ?? null,
      };
      answer.toolCalls = (said?.tool_calls ?? []).map(({ function: f }) => ({
        name: f?.name ?? '',
        arguments: f?.arguments ?? '',
      }));
      answer.reasoning = said?.reasoning_content ?? said?.reasoning ?? '';
      answer.text = said?.content ?? said?.refusal ?? '';
      this.#grew(answer.text, answer.reasoning, at, 1);
      this.#over('complete');
    } catch (e) {
      if (this.#stopped) {
        this.#over('stopped');
      } else {
        answer.failure = failureOf(e);
        this.#over('failed');
      }
    }
  }

  // ---- keeping -------------------------------------------------------------------------------

  #over(state: Answer['state']): void {
    if (isOver(this.answer)) {
      return;
    }
    this.reconnecting = false;
    this.answer.state = state;
    this.answer.timeline.end = this.elapsed;
    this.#save(true, true);
    this.#tellChanged();
    this.#end();
  }

  #tellChanged(): void {
    for (const listener of this.#listeners) {
      listener.changed?.();
    }
  }

  #save(important: boolean, anyway = false): void {
    const at = performance.now();
    if (
      this.#keeper &&
      (important || anyway || at - this.#keptAt > KEEP_EVERY + KEEP_LATER * this.answer.text.length)
    ) {
      this.#keptAt = at;
      this.#keep(this.answer, important);
    }
  }

  /** One tab keeps the answer. The lock goes to the next one when it is closed. */
  #becomeKeeper(): void {
    if (!navigator.locks) {
      this.#keeper = true;
      return;
    }
    void navigator.locks.request(lockOf(this.answer), async () => {
      this.#keeper = true;
      this.#save(false, true);
      await this.ended;
    });
  }
}

interface WholeAnswer {
  model?: string;
  choices?: {
    finish_reason?: string;
    message?: {
      content?: string | null;
      refusal?: string | null;
      reasoning_content?: string;
      reasoning?: string;
      tool_calls?: { function?: { name?: string; arguments?: string } }[];
    };
  }[];
  usage?: {
    prompt_tokens?: number;
    completion_tokens?: number;
    completion_tokens_details?: { reasoning_tokens?: number };
  };
}

function HttpErrorOf(response: Response, body: string): HttpError {
  let error: { message?: string; code?: string } = {};
  try {
    error = (JSON.parse(body) as { error?: typeof error }).error ?? {};
  } catch {
    // A page of some proxy, most of the time.
  }
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new HttpError(
    error.message ?? `status ${response.status}`,
    error.code ?? `http_${response.status}`,
    response.status,
    Number.isFinite(seconds) ? seconds * 1000 : null,
    body,
  );
}

/** A header's words; what is cut in the middle of a character stays as it is. */
function decoded(words: string): string {
  try {
    return decodeURIComponent(words);
  } catch {
    return words;
  }
}

function lockOf(answer: Answer): string {
  return `firsttoken.answer.${answer.id}`;
}

/** Whether some tab is at work on an answer. Where nobody can tell, none is. */
export async function isRunSomewhere(answer: Answer): Promise<boolean> {
  if (!navigator.locks) {
    return false;
  }
  const { held } = await navigator.locks.query();
  return (held ?? []).some(({ name }) => name === lockOf(answer));
}
