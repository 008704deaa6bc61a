import { StreamError } from './errors.js';
import type { ChatEvent, ChatResult, FinishReason, ToolCall, Usage } from './types.js';

type Json = Record<string, unknown>;

/** Makes events of what both dialects put on the wire, and adds them up. */
export class Answer {
  text = '';
  reasoning = '';
  refusal = '';
  readonly toolCalls: ToolCall[] = [];
  usage: Usage | null = null;
  finish: FinishReason | null = null;
  model: string | null = null;

  /**
   * @param data of one event on the wire
   * @param seq its number
   * @returns null when it was the mark that ends an answer
   * @throws StreamError when the event says that the answer failed, or says nothing one can read
   */
  read(data: string, seq: number, partial: () => ChatResult): ChatEvent[] | null {
    if (data === '[DONE]') {
      return null;
    }
    let json: unknown;
    try {
      json = JSON.parse(data);
    } catch (e) {
      throw new StreamError(`event ${seq} is not JSON`, 'invalid_event', partial(), e);
    }
    const events: ChatEvent[] = [];
    if (!isObject(json)) {
      return events;
    }
    if (json.error !== undefined && json.error !== null) {
      const { message, code } = errorOf(json);
      throw new StreamError(message ?? 'the answer failed', code ?? 'stream_error', partial());
    }
    if (isText(json.model)) {
      this.model = json.model;
    }
    if (isText(json.content)) {
      this.text += json.content;
      events.push({ type: 'text', delta: json.content, seq });
    }
    if (Array.isArray(json.choices)) {
      for (const choice of json.choices) {
        if (isObject(choice) && !choice.index) {
          this.#choice(choice, seq, events);
        }
      }
    }
    if (isObject(json.usage)) {
      this.usage = usageOf(json.usage);
      events.push({ type: 'usage', usage: this.usage, seq });
    }
    return events;
  }

  #choice(choice: Json, seq: number, events: ChatEvent[]): void {
    const delta = isObject(choice.delta) ? choice.delta : {};
    const reasoning = delta.reasoning_content ?? delta.reasoning;
    if (isText(reasoning)) {
      this.reasoning += reasoning;
      events.push({ type: 'reasoning', delta: reasoning, seq });
    }
    if (isText(delta.content)) {
      this.text += delta.content;
      events.push({ type: 'text', delta: delta.content, seq });
    }
    if (isText(delta.refusal)) {
      this.refusal += delta.refusal;
      events.push({ type: 'refusal', delta: delta.refusal, seq });
    }
    if (Array.isArray(delta.tool_calls)) {
      for (const part of delta.tool_calls) {
        if (isObject(part)) {
          this.#toolCall(part, seq, events);
        }
      }
    }
    if (isText(choice.finish_reason)) {
      this.finish = choice.finish_reason;
      events.push({ type: 'finish', reason: this.finish, seq });
    }
  }

  #toolCall(part: Json, seq: number, events: ChatEvent[]): void {
    const said = typeof part.index === 'number' ? part.index : this.toolCalls.length;
    // A provider's index may be anything; ours has no holes.
    const index = Math.max(0, Math.min(said, this.toolCalls.length));
    const call = (this.toolCalls[index] ??= { id: '', name: '', arguments: '' });
    const fn = isObject(part.function) ? part.function : {};
    const event: ChatEvent = {
      type: 'tool-call',
      index,
      delta: isText(fn.arguments) ? fn.arguments : '',
      seq,
    };
    if (isText(part.id) && call.id === '') {
      event.id = call.id = part.id;
    }
    if (isText(fn.name) && call.name === '') {
      event.name = call.name = fn.name;
    }
    call.arguments += event.delta;
    events.push(event);
  }
}

/** What an error body or event says: `{"error": {"message", "code"}}` or `{"error": "…"}`. */
export function errorOf(json: unknown): { message?: string; code?: string } {
  const error = isObject(json) ? json.error : null;
  const found: { message?: string; code?: string } = {};
  const message = isObject(error) ? error.message : error;
  if (isText(message)) {
    found.message = message;
  }
  if (isObject(error)) {
    const code = error.code ?? error.type;
    if (isText(code)) {
      found.code = code;
    }
  }
  return found;
}

function usageOf(json: Json): Usage {
  return {
    inputTokens: count(json.prompt_tokens),
    cachedInputTokens: count(json.prompt_tokens_details, 'cached_tokens'),
    outputTokens: count(json.completion_tokens),
    reasoningTokens: count(json.completion_tokens_details, 'reasoning_tokens'),
  };
}

function count(value: unknown, field?: string): number | null {
  const found = field !== undefined && isObject(value) ? value[field] : value;
  return typeof found === 'number' ? found : null;
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that says something. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}
