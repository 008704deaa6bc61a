import type { ChatMessage, ModelInfo } from 'firsttoken';
import { fromExport, toJson } from './export.js';
import { toMarkdown } from './markdown-file.js';
import {
  type Answer,
  type Conversation,
  type Entry,
  isOver,
  newConversation,
  newId,
  now,
  type Question,
  type Step,
  steps,
} from './model.js';
import { client, isRunSomewhere, Run } from './run.js';
import type { News, Store } from './store.js';
import { newTimeline } from './timeline.js';

const TITLE_CHARS = 60;

/** Runs that stay behind their end, with what came over the wire. Each may hold some megabytes. */
const MOST_RUNS = 50;

/**
 * The conversation that is open, the list of all, and the answers that are coming. Tells `change`
 * when what it holds has changed; not for every word of an answer, that is between its run and
 * whoever shows it.
 */
export class Chat extends EventTarget {
  readonly store: Store;
  conversations: Conversation[] = [];
  /** Not kept before something was asked in it. */
  current: Conversation = newConversation();
  models: string[] = [];

  /** Models that say what they take, and take no pictures. */
  #blind = new Set<string>();
  readonly runs = new Map<string, Run>();
  #entries = new Map<string, Entry>();
  /** Answers that another tab works on without a stream that could be followed. */
  readonly elsewhere = new Set<string>();

  constructor(store: Store) {
    super();
    this.store = store;
    store.onNews((news) => void this.#hear(news));
  }

  /** Opens what the address names. */
  async start(): Promise<void> {
    this.conversations = await this.store.conversations();
    addEventListener('hashchange', () => void this.#followAddress());
    await this.#followAddress();
    void this.loadModels();
  }

  async loadModels(): Promise<void> {
    try {
      const models = await client().models();
      this.models = models.map(({ id }) => id);
      this.#blind = new Set(models.filter(takesNoPictures).map(({ id }) => id));
    } catch {
      this.models = [];
    }
    this.#changed();
  }

  /** Which of the models that are asked takes no pictures, or nothing where all may. */
  get blind(): string | null {
    return [this.current.model, this.current.second].find((model) => model !== null && this.#blind.has(model)) ?? null;
  }

  get steps(): Step[] {
    return steps(this.current, this.#entries.values());
  }

  /** Whether an answer of the open conversation is on its way, in this tab or another. */
  get isAnswering(): boolean {
    return [...this.#entries.values()].some((entry) => entry.kind === 'answer' && !isOver(entry));
  }

  // ---- conversations ---------------------------------------------------------------------------

  create(): void {
    this.current = newConversation(this.current);
    this.#entries = new Map();
    history.pushState(null, '', '#');
    this.#changed();
  }

  async open(id: string): Promise<void> {
    const found = this.conversations.find((c) => c.id === id);
    if (!found) {
      return;
    }
    this.current = found;
    this.#entries = new Map();
    await this.#loadEntries();
    const address = `#/c/${id}`;
    if (location.hash !== address) {
      history.pushState(null, '', address);
    }
    this.#changed();
  }

  async #followAddress(): Promise<void> {
    const id = /^#\/c\/(\w+)$/.exec(location.hash)?.[1];
    if (id !== undefined && this.conversations.some((c) => c.id === id)) {
      await this.open(id);
    } else {
      this.current = newConversation(this.conversations[0]);
      this.#entries = new Map();
      this.#changed();
    }
  }

  /** Changes what the open conversation is asked with. */
  change(change: Partial<Conversation>): void {
    Object.assign(this.current, change);
    if (this.#entries.size > 0) {
      void this.store.putConversation(this.current);
    }
    this.#changed();
  }

  /** Gives a conversation another title; an empty one leaves it as it is. */
  async rename(id: string, title: string): Promise<void> {
    const found = this.conversations.find((c) => c.id === id);
    if (!found || title.trim() === '') {
      return;
    }
    found.title = title.trim();
    if (this.current.id === id) {
      this.current.title = found.title;
    }
    await this.store.putConversation(found);
    this.store.tell({ type: 'changed', conversation: id });
    this.#changed();
  }

  async delete(id: string): Promise<void> {
    for (const run of this.runs.values()) {
      if (run.answer.conversation === id) {
        run.stop();
      }
    }
    await this.store.deleteConversation(id);
    this.store.tell({ type: 'deleted', conversation: id });
    this.#forget(id);
  }

  #forget(id: string): void {
    this.conversations = this.conversations.filter((c) => c.id !== id);
    if (this.current.id === id) {
      this.create();
    }
    this.#changed();
  }

  async exportMarkdown(id: string): Promise<string> {
    const conversation = this.conversations.find((c) => c.id === id) ?? this.current;
    return toMarkdown(conversation, await this.store.entries(id));
  }

  /** @param ids all if none is given */
  async exportJson(...ids: string[]): Promise<string> {
    const wanted = this.conversations.filter(({ id }) => ids.length === 0 || ids.includes(id));
    return toJson(
      await Promise.all(wanted.map(async (c) => ({ conversation: c, entries: await this.store.entries(c.id) }))),
    );
  }

  /**
   * @returns how many conversations there were
   * @throws Error when the text is no export
   */
  async import(text: string): Promise<number> {
    const found = fromExport(text);
    for (const { conversation, entries } of found) {
      await this.store.putConversation(conversation);
      for (const entry of entries) {
        await this.store.putEntry(entry);
      }
      this.store.tell({ type: 'changed', conversation: conversation.id });
    }
    this.conversations = await this.store.conversations();
    this.#changed();
    return found.length;
  }

  // ---- asking ----------------------------------------------------------------------------------

  /** Asks behind what is shown. */
  async send(text: string, images: string[]): Promise<void> {
    await this.#ask(text, images, this.steps.at(-1)?.chosen?.id ?? null);
  }

  /** Asks something else instead of a question; the old one stays as a version. */
  async resend(question: Question, text: string): Promise<void> {
    await this.#ask(text, question.images, question.parent);
  }

  async #ask(text: string, images: string[], parent: string | null): Promise<void> {
    const question: Question = {
      kind: 'question',
      id: newId(),
      conversation: this.current.id,
      parent,
      created: now(),
      text,
      images,
    };
    this.current.title ||= titleOf(text);
    this.current.chosen[parent ?? ''] = question.id;
    this.#entries.set(question.id, question);
    await this.store.putEntry(question);
    await this.answer(question);
  }

  /** Has a question answered, once more or for the first time. */
  async answer(question: Question): Promise<void> {
    const { current } = this;
    const round = newId();
    const models = current.second === null ? [current.model] : [current.model, current.second];
    const messages = this.#messages(question);
    const answers = models.map((model) => this.#newAnswer(question, round, model));
    current.chosen[question.id] = answers[0]!.id;
    current.updated = Date.now();
    this.conversations = [current, ...this.conversations.filter((c) => c !== current && c.id !== current.id)];
    for (const answer of answers) {
      this.#entries.set(answer.id, answer);
      this.#run(answer).ask(messages, parametersOf(current));
    }
    history.replaceState(null, '', `#/c/${current.id}`);
    this.#changed();
    await this.store.putConversation(current);
    await Promise.all(answers.map((answer) => this.store.putEntry(answer)));
    this.store.tell({ type: 'changed', conversation: current.id });
  }

  #newAnswer(question: Question, round: string, model: string): Answer {
    return {
      kind: 'answer',
      id: newId(),
      conversation: question.conversation,
      parent: question.id,
      created: now(),
      round,
      model,
      answeredBy: null,
      deployment: null,
      attempts: null,
      streamed: this.current.streaming,
      state: 'waiting',
      text: '',
      reasoning: '',
      toolCalls: [],
      usage: null,
      finish: null,
      failure: null,
      streamId: null,
      received: 0,
      timeline: newTimeline(),
    };
  }

  /** Reads an answer on whose connection is gone for good. */
  readOn(answer: Answer): void {
    answer.failure = null;
    answer.state = answer.text === '' ? 'waiting' : 'streaming';
    answer.timeline.end = null;
    this.#run(answer).follow();
    this.#changed();
  }

  /** Stops every answer of the open conversation that is on its way. */
  stop(): void {
    for (const entry of this.#entries.values()) {
      this.runs.get(entry.id)?.stop();
    }
  }

  /** Shows another version, or goes on from another answer. */
  choose(parent: string | null, id: string): void {
    this.current.chosen[parent ?? ''] = id;
    void this.store.putConversation(this.current);
    this.#changed();
  }

  /** What was said up to a question, for a provider. */
  #messages(question: Question): ChatMessage[] {
    const messages: ChatMessage[] = [];
    for (let at: Entry | undefined = question; at; at = this.#entries.get(at.parent ?? '')) {
      if (at.kind === 'question') {
        messages.unshift({ role: 'user', content: contentOf(at) });
      } else if (at.text !== '') {
        messages.unshift({ role: 'assistant', content: at.text });
      }
    }
    const system = this.current.system.trim();
    return system === '' ? messages : [{ role: 'system', content: system }, ...messages];
  }

  // ---- what comes ------------------------------------------------------------------------------

  #run(answer: Answer): Run {
    const run = new Run(answer, (changed, important) => void this.#keep(changed, important));
    this.runs.set(answer.id, run);
    const over = [...this.runs].filter(([, old]) => isOver(old.answer)).map(([id]) => id);
    for (const id of over.slice(0, Math.max(0, this.runs.size - MOST_RUNS))) {
      this.runs.delete(id);
    }
    run.listen({ changed: () => isOver(answer) && this.#changed() });
    return run;
  }

  async #keep(answer: Answer, important: boolean): Promise<void> {
    if (!this.conversations.some(({ id }) => id === answer.conversation)) {
      return;
    }
    try {
      await this.store.putEntry(answer);
    } catch {
      // The disk is full; the answer is still on the page.
    }
    if (important) {
      this.store.tell({ type: 'changed', conversation: answer.conversation });
    }
  }

  /** Takes what is kept, and goes on with answers that are under way. */
  async #loadEntries(): Promise<void> {
    const { id } = this.current;
    const found = await this.store.entries(id);
    if (this.current.id !== id) {
      return;
    }
    for (const entry of found) {
      const run = this.runs.get(entry.id);
      this.#entries.set(entry.id, run && !(isOver(run.answer) && isOver(entry as Answer)) ? run.answer : entry);
      if (entry.kind === 'answer' && !isOver(entry) && !run) {
        await this.#goOn(entry);
      }
    }
  }

  async #goOn(answer: Answer): Promise<void> {
    if (answer.streamId !== null) {
      this.#run(answer).follow();
    } else if (await isRunSomewhere(answer)) {
      this.elsewhere.add(answer.id);
    } else {
      answer.state = 'lost';
      answer.timeline.end = answer.timeline.last;
      await this.store.putEntry(answer);
    }
  }

  async #hear({ type, conversation }: News): Promise<void> {
    if (type === 'deleted') {
      this.#forget(conversation);
      return;
    }
    this.conversations = await this.store.conversations();
    if (conversation === this.current.id) {
      const mine = this.conversations.find(({ id }) => id === conversation);
      // Which version is looked at is each tab's own affair.
      this.current = mine ? { ...mine, chosen: { ...mine.chosen, ...this.#stillThere() } } : this.current;
      this.elsewhere.clear();
      await this.#loadEntries();
    }
    this.#changed();
  }

  #stillThere(): Record<string, string> {
    return Object.fromEntries(Object.entries(this.current.chosen).filter(([, id]) => this.#entries.has(id)));
  }

  #changed(): void {
    this.dispatchEvent(new Event('change'));
  }
}

function titleOf(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length > TITLE_CHARS ? `${[...line].slice(0, TITLE_CHARS).join('').trimEnd()}…` : line;
}

function contentOf(question: Question): string | unknown[] {
  if (question.images.length === 0) {
    return question.text;
  }
  const text = question.text === '' ? [] : [{ type: 'text', text: question.text }];
  return [...text, ...question.images.map((url) => ({ type: 'image_url', image_url: { url } }))];
}

function parametersOf({ parameters }: Conversation): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parameters).filter(([, value]) => value !== null && value !== ''));
}

/** Where a server does not say what a model takes, it may take anything. */
function takesNoPictures(model: ModelInfo): boolean {
  const takes = model.input_modalities;
  return Array.isArray(takes) && !takes.includes('image');
}
