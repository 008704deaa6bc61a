import { fromMarkdown, isMarkdown } from './markdown-file.js';
import { type Conversation, type Entry, newConversation, newId } from './model.js';
import { strings } from './strings.js';
import { newTimeline } from './timeline.js';

const FORMAT = 'firsttoken-conversations';

export interface Exported {
  conversation: Conversation;
  entries: Entry[];
}

export function toJson(conversations: Exported[]): string {
  return JSON.stringify({ format: FORMAT, version: 1, conversations }, null, 2);
}

/**
 * What an export holds, JSON or Markdown, under new ids, so that nothing is overwritten. What is not of the expected
 * shape is left out or made harmless: the file may come from anybody.
 *
 * @throws Error when the text is no export
 */
export function fromExport(text: string): Exported[] {
  if (isMarkdown(text)) {
    return [imported(fromMarkdown(text))];
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new Error(strings().notAnExport);
  }
  if (!isObject(json) || json.format !== FORMAT || !Array.isArray(json.conversations)) {
    throw new Error(strings().notAnExport);
  }
  return json.conversations.filter(isObject).map(imported);
}

function imported(from: Record<string, unknown>): Exported {
  const given = isObject(from.conversation) ? from.conversation : {};
  const fresh = newConversation();
  const given_parameters = isObject(given.parameters) ? given.parameters : {};
  const conversation: Conversation = {
    ...fresh,
    title: text(given.title),
    created: count(given.created) || fresh.created,
    updated: count(given.updated) || fresh.updated,
    model: text(given.model),
    second: typeof given.second === 'string' ? given.second : null,
    streaming: given.streaming !== false,
    system: text(given.system),
    parameters: {
      temperature: countOrNull(given_parameters.temperature),
      top_p: countOrNull(given_parameters.top_p),
      max_tokens: countOrNull(given_parameters.max_tokens),
      reasoning_effort: text(given_parameters.reasoning_effort) || null,
    },
  };
  const list = (Array.isArray(from.entries) ? from.entries : []).filter(isObject);
  const ids = new Map(list.map((entry) => [text(entry.id), newId()]));
  const renamed = (id: unknown): string | null => ids.get(text(id)) ?? null;
  const chosen = isObject(given.chosen) ? given.chosen : {};
  for (const [parent, id] of Object.entries(chosen)) {
    const to = renamed(id);
    if (to !== null && (parent === '' || ids.has(parent))) {
      conversation.chosen[ids.get(parent) ?? ''] = to;
    }
  }
  return { conversation, entries: list.map((entry) => importedEntry(entry, conversation.id, renamed)) };
}

function importedEntry(
  from: Record<string, unknown>,
  conversation: string,
  renamed: (id: unknown) => string | null,
): Entry {
  const base = { id: renamed(from.id)!, conversation, parent: renamed(from.parent), created: count(from.created) };
  if (from.kind === 'question') {
    const images = Array.isArray(from.images) ? from.images : [];
    return {
      kind: 'question',
      ...base,
      text: text(from.text),
      images: images.filter((url): url is string => typeof url === 'string' && url.startsWith('data:image/')),
    };
  }
  const calls = Array.isArray(from.toolCalls) ? from.toolCalls.filter(isObject) : [];
  const usage = isObject(from.usage) ? from.usage : null;
  const line = isObject(from.timeline) ? from.timeline : {};
  return {
    kind: 'answer',
    ...base,
    round: text(from.round) || base.id,
    model: text(from.model),
    answeredBy: text(from.answeredBy) || null,
    deployment: text(from.deployment) || null,
    attempts: countOrNull(from.attempts),
    streamed: from.streamed !== false,
    state: from.state === 'complete' || from.state === 'stopped' ? from.state : 'lost',
    text: text(from.text),
    reasoning: text(from.reasoning),
    toolCalls: calls.map((call) => ({ name: text(call.name), arguments: text(call.arguments) })),
    usage: usage && {
      input: countOrNull(usage.input),
      output: countOrNull(usage.output),
      reasoning: countOrNull(usage.reasoning),
    },
    finish: text(from.finish) || null,
    failure: null,
    // Streams belong to the server and the person that made them.
    streamId: null,
    received: 0,
    timeline: {
      ...newTimeline(),
      first: countOrNull(line.first),
      text: countOrNull(line.text),
      last: countOrNull(line.last),
      end: countOrNull(line.end),
      deltas: count(line.deltas),
      longestGap: count(line.longestGap),
      resumed: count(line.resumed),
      bins: (Array.isArray(line.bins) ? line.bins : []).slice(0, 240).map(count),
      binMs: count(line.binMs) || newTimeline().binMs,
      stalls: (Array.isArray(line.stalls) ? line.stalls : [])
        .filter(isObject)
        .slice(0, 100)
        .map(({ at, ms }) => ({ at: count(at), ms: count(ms) })),
    },
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function count(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function countOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
