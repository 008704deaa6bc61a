import { StreamError } from './errors.js';
import type { ChatEvent, ChatResult, Usage } from './types.js';

type Json = Record<string, unknown>;

/** Makes events of what both dialects put on the wire, and adds them up. */
export class Answer {
  /** What there is by now. */
  readonly sum: Omit<ChatResult, 'streamId' | 'timings'> = {
    text: '',
    reasoning: '',
    refusal: '',
    toolCalls: [],
    usage: null,
    finish: null,
    model: null,
  };

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
    if (json.error) {
      const { message = 'the answer failed', code = 'stream_error' } = errorOf(json);
      throw new StreamError(message, code, partial());
    }
    if (isText(json.model)) {
      this.sum.model = json.model;
    }
    this.#say('text', json.content, seq, events);
    if (Array.isArray(json.choices)) {
      for (const choice of json.choices) {
        if (isObject(choice) && !choice.index) {
          this.#choice(choice, seq, events);
        }
      }
    }
    if (isObject(json.usage)) {
      events.push({ type: 'usage', usage: (this.sum.usage = usageOf(json.usage)), seq });
    }
    return events;
  }

  #choice({ delta, finish_reason: reason }: Json, seq: number, events: ChatEvent[]): void {
    if (isObject(delta)) {
      this.#say('reasoning', delta.reasoning_content ?? delta.reasoning, seq, events);
      this.#say('text', delta.content, seq, events);
      this.#say('refusal', delta.refusal, seq, events);
      if (Array.isArray(delta.tool_calls)) {
        for (const part of delta.tool_calls) {
          if (isObject(part)) {
            this.#toolCall(part, seq, events);
          }
        }
      }
    }
    if (isText(reason)) {
      events.push({ type: 'finish', reason: (this.sum.finish = reason), seq });
    }
  }

  #say(type: 'text' | 'reasoning' | 'refusal', delta: unknown, seq: number, events: ChatEvent[]): void {
    if (isText(delta)) {
      this.sum[type] += delta;
      events.push({ type, delta, seq });
    }
  }

  #toolCall(part: Json, seq: number, events: ChatEvent[]): void {
    const calls = this.sum.toolCalls;
    // A provider's index may be anything; ours has no holes.
    const index = calls[part.index as number] ? (part.index as number) : calls.length;
    const call = (calls[index] ??= { id: '', name: '', arguments: '' });
    const fn = isObject(part.function) ? part.function : {};
    const delta = text(fn.arguments) ?? '';
    const event: ChatEvent = { type: 'tool-call', index, delta, seq };
    if (isText(part.id) && !call.id) {
      event.id = call.id = part.id;
    }
    if (isText(fn.name) && !call.name) {
      event.name = call.name = fn.name;
    }
    call.arguments += delta;
    events.push(event);
  }
}

/** What an error body or event says: `{"error": {"message", "code"}}` or `{"error": "…"}`. */
export function errorOf(json: unknown): { message?: string | undefined; code?: string | undefined } {
  const error = isObject(json) ? json.error : undefined;
  const { message, code, type } = isObject(error) ? error : { message: error };
  return { message: text(message), code: text(code) ?? text(type) };
}

function usageOf(json: Json): Usage {
  const input = json.prompt_tokens_details as Json | null | undefined;
  const output = json.completion_tokens_details as Json | null | undefined;
  return {
    inputTokens: count(json.prompt_tokens),
    cachedInputTokens: count(input?.cached_tokens),
    outputTokens: count(json.completion_tokens),
    reasoningTokens: count(output?.reasoning_tokens),
  };
}

function count(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A text that says something. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function text(value: unknown): string | undefined {
  return isText(value) ? value : undefined;
}
