/** What a person can decide about a conversation's requests. What is null is left to the provider. */
export interface Parameters {
  temperature: number | null;
  top_p: number | null;
  max_tokens: number | null;
  reasoning_effort: string | null;
}

export interface Conversation {
  id: string;
  title: string;
  created: number;
  updated: number;
  /** Empty for the server's default. */
  model: string;
  /** The model that answers beside it; null when only one is asked. */
  second: string | null;
  streaming: boolean;
  system: string;
  parameters: Parameters;
  /** Which of several versions is shown: an entry's id by its parent's, or by `''` for the first one. */
  chosen: Record<string, string>;
}

interface EntryBase {
  id: string;
  conversation: string;
  /** The entry that this one follows; null at the beginning. */
  parent: string | null;
  created: number;
}

export interface Question extends EntryBase {
  kind: 'question';
  text: string;
  /** As data URLs. */
  images: string[];
}

/**
 * `waiting`: nothing has come. `streaming`: something has. The other states are ends; `lost` is one
 * whose stream nobody can find any more.
 */
export type AnswerState = 'waiting' | 'streaming' | 'complete' | 'stopped' | 'failed' | 'lost';

export interface ToolCall {
  name: string;
  arguments: string;
}

export interface Usage {
  input: number | null;
  output: number | null;
  reasoning: number | null;
}

export interface Failure {
  /** One word, such as `stalled`; `http_503` where the server gave none. */
  code: string;
  /** What the server said. */
  message: string;
  /** The status of a refusal; null inside a stream. */
  status: number | null;
  retryAfterMs: number | null;
}

/** When things happened, in milliseconds from the sending of the question. */
export interface Timeline {
  /** To the first content; null while there is none, or when nobody saw it come. */
  first: number | null;
  /** To the first text behind reasoning. */
  text: number | null;
  last: number | null;
  end: number | null;
  /** How many deltas. */
  deltas: number;
  stalls: { at: number; ms: number }[];
  longestGap: number;
  /** How often the connection was lost and the answer read on. */
  resumed: number;
  /** Deltas by time: each bin is `binMs` wide. */
  bins: number[];
  binMs: number;
}

export interface Answer extends EntryBase {
  kind: 'answer';
  /** Answers that were asked for together, and stand side by side, share it. */
  round: string;
  /** What was asked for. */
  model: string;
  /** What answered, by its own account. */
  answeredBy: string | null;
  streamed: boolean;
  state: AnswerState;
  text: string;
  reasoning: string;
  toolCalls: ToolCall[];
  usage: Usage | null;
  finish: string | null;
  failure: Failure | null;
  streamId: string | null;
  /** How many events were received: where reading goes on. */
  received: number;
  timeline: Timeline;
}

export type Entry = Question | Answer;

export function isOver(answer: Answer): boolean {
  return answer.state !== 'waiting' && answer.state !== 'streaming';
}

/** Short, unguessable enough, and there where `crypto.randomUUID` is not: without TLS. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return Array.from(bytes, (byte) => byte.toString(36).padStart(2, '0')).join('');
}

/** Wall-clock milliseconds that do not jump within a visit. */
export function now(): number {
  return performance.timeOrigin + performance.now();
}

export function newConversation(from?: Conversation): Conversation {
  return {
    id: newId(),
    title: '',
    created: Date.now(),
    updated: Date.now(),
    model: from?.model ?? '',
    second: from?.second ?? null,
    streaming: true,
    system: from?.system ?? '',
    parameters: from?.parameters ?? {
      temperature: null,
      top_p: null,
      max_tokens: null,
      reasoning_effort: null,
    },
    chosen: {},
  };
}

/** One step of a conversation as it is shown. */
export interface Step {
  question: Question;
  /** All versions of the question, this one included, oldest first. */
  questions: Question[];
  /** Those that stand side by side; none while a question is unanswered. */
  answers: Answer[];
  /** The one that the conversation goes on from. */
  chosen: Answer | null;
  /** The first of each round, oldest first: the versions to choose from. */
  rounds: Answer[];
}

/** The way through a conversation that its choices mark. */
export function steps(conversation: Conversation, entries: Iterable<Entry>): Step[] {
  const children = new Map<string, Entry[]>();
  for (const entry of entries) {
    const key = entry.parent ?? '';
    const siblings = children.get(key);
    if (siblings) {
      siblings.push(entry);
    } else {
      children.set(key, [entry]);
    }
  }
  const path: Step[] = [];
  for (let at = ''; ; ) {
    const questions = ofKind(children.get(at), 'question');
    const question = questions.find((q) => q.id === conversation.chosen[at]) ?? questions.at(-1);
    if (!question) {
      return path;
    }
    const all = ofKind(children.get(question.id), 'answer');
    const chosen = all.find((a) => a.id === conversation.chosen[question.id]) ?? all.at(-1) ?? null;
    const rounds = all.filter((a, i) => all.findIndex((b) => b.round === a.round) === i);
    const answers = chosen ? all.filter((a) => a.round === chosen.round) : [];
    path.push({ question, questions, answers, chosen, rounds });
    if (!chosen) {
      return path;
    }
    at = chosen.id;
  }
}

function ofKind<K extends Entry['kind']>(entries: Entry[] | undefined, kind: K): Extract<Entry, { kind: K }>[] {
  const found = (entries ?? []).filter((e): e is Extract<Entry, { kind: K }> => e.kind === kind);
  return found.sort((a, b) => a.created - b.created);
}
