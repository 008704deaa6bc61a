import { html, nothing, type PropertyValues, render, type TemplateResult } from 'lit';
import { explain } from '../failures.js';
import { copyText } from '../markdown/code.js';
import { dress } from '../markdown/dress.js';
import { MarkdownView } from '../markdown/view.js';
import { type Answer, isOver, now, type ToolCall } from '../model.js';
import type { Run } from '../run.js';
import { strings } from '../strings.js';
import { PageElement } from './element.js';
import { icon } from './icons.js';
import { figures, rail } from './timing.js';

/** How long one frame may be busy with text that waits, in milliseconds, so that a replay does not freeze the page. */
const FRAME_BUDGET = 8;

/** Text that is shown in one go. */
const BITE = 1500;

/** How often the clock of an answer is shown, in milliseconds. */
const TICK = 100;

/** Answers that stand side by side, by their round: what they have in common is their scale. */
const rounds = new Map<string, Set<AnswerElement>>();

/**
 * One answer: what was thought and said, how it ended, and when things happened.
 *
 * Words go past Lit, straight into the {@link MarkdownView}, once per frame; the rest is rendered
 * when the answer's state changes, and its clock ten times a second.
 */
export class AnswerElement extends PageElement {
  static override properties = {
    answer: { attribute: false },
    run: { attribute: false },
    chosen: { type: Boolean },
    beside: { type: Boolean },
    elsewhere: { type: Boolean },
    showsWire: { state: true },
  };

  declare answer: Answer;
  declare run: Run | undefined;
  /** The conversation goes on from this one. */
  declare chosen: boolean;
  /** It is one of two. */
  declare beside: boolean;
  /** Another tab waits for it. */
  declare elsewhere: boolean;
  declare showsWire: boolean;

  #text: MarkdownView | null = null;
  #reasoning: MarkdownView | null = null;
  #pendingText = '';
  #pendingReasoning = '';
  #frame = 0;
  #ticker = 0;
  #unlisten: (() => void) | null = null;
  #shownOf = '';
  #retryTimer = 0;

  constructor() {
    super();
    this.showsWire = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener('visibilitychange', this.#visible);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#visible);
    this.#unlisten?.();
    this.#unlisten = null;
    clearInterval(this.#ticker);
    clearInterval(this.#retryTimer);
    this.#retryTimer = 0;
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    rounds.get(this.answer.round)?.delete(this);
    this.#shownOf = '';
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('answer') || changed.has('run')) {
      this.setAttribute('aria-busy', String(!isOver(this.answer)));
    }
  }

  override updated(): void {
    this.setAttribute('aria-busy', String(!isOver(this.answer)));
    const identity = `${this.answer.id} ${this.run ? 'run' : this.answer.text.length}`;
    if (this.#shownOf !== identity) {
      this.#shownOf = identity;
      this.#showFromBeginning();
    }
    if (isOver(this.answer)) {
      this.#schedule();
    }
    this.#tick();
  }

  #showFromBeginning(): void {
    this.#unlisten?.();
    this.#unlisten = null;
    const mates = rounds.get(this.answer.round) ?? new Set();
    rounds.set(this.answer.round, mates.add(this));
    this.#text = this.#view('.said');
    this.#reasoning = this.#view('.thought');
    this.#pendingText = this.answer.text;
    this.#pendingReasoning = this.answer.reasoning;
    clearInterval(this.#ticker);
    if (this.run && !isOver(this.answer)) {
      const { run } = this;
      this.#unlisten = run.listen({
        grew: ({ text, reasoning }) => {
          this.#pendingText += text;
          this.#pendingReasoning += reasoning;
          this.#schedule();
        },
        changed: () => this.requestUpdate(),
      });
      this.#ticker = window.setInterval(() => this.#tick(), TICK);
    }
    // What is there already is shown in the same frame, so that nothing flickers.
    this.#flush();
  }

  #view(selector: string): MarkdownView {
    const place = this.querySelector(selector)!;
    const root = document.createElement('div');
    root.className = 'prose';
    root.addEventListener('settled', (e) => dress((e as CustomEvent<Element>).detail));
    place.replaceChildren(root);
    return new MarkdownView(root);
  }

  #visible = (): void => {
    if (document.visibilityState === 'visible') {
      this.#schedule();
    }
  };

  #schedule(): void {
    // A page that nobody sees draws nothing; it catches up when it is seen.
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#flush();
    });
  }

  #flush(): void {
    if (!this.#text || !this.#reasoning) {
      return;
    }
    if (this.answer.toolCalls.length > 0 && !isOver(this.answer)) {
      this.requestUpdate();
    }
    const until = performance.now() + FRAME_BUDGET;
    do {
      if (this.#pendingReasoning !== '') {
        this.#reasoning.append(this.#pendingReasoning.slice(0, BITE));
        this.#pendingReasoning = this.#pendingReasoning.slice(BITE);
      } else if (this.#pendingText !== '') {
        this.#text.append(this.#pendingText.slice(0, BITE));
        this.#pendingText = this.#pendingText.slice(BITE);
      }
    } while (this.#pendingText + this.#pendingReasoning !== '' && performance.now() < until);
    if (this.#pendingText !== '' || this.#pendingReasoning !== '') {
      this.#schedule();
    } else if (isOver(this.answer)) {
      this.#reasoning.finish();
      this.#text.finish();
      this.toggleAttribute('data-shown', true);
    }
  }

  /** How long it took, or has taken so far. */
  get elapsed(): number {
    return this.answer.timeline.end ?? now() - this.answer.created;
  }

  #tick(): void {
    const place = this.querySelector('.clock');
    if (!place) {
      return;
    }
    const mates = [...(rounds.get(this.answer.round) ?? [])];
    const scale = Math.max(...mates.map((mate) => mate.elapsed), this.elapsed);
    render(html`${rail(this.answer, this.elapsed, scale)}${figures(this.answer, this.elapsed)}`, place as HTMLElement);
    if (isOver(this.answer)) {
      clearInterval(this.#ticker);
      for (const mate of mates) {
        if (mate !== this && isOver(mate.answer) && mate.elapsed < scale) {
          mate.#retime(scale);
        }
      }
    }
  }

  #retime(scale: number): void {
    const place = this.querySelector<HTMLElement>('.clock');
    if (place) {
      render(html`${rail(this.answer, this.elapsed, scale)}${figures(this.answer, this.elapsed)}`, place);
    }
  }

  override render(): TemplateResult {
    const t = strings();
    const { answer } = this;
    const model = answer.answeredBy ?? (answer.model || t.defaultModel);
    const over = isOver(answer);
    return html`
      <h2 class="who"><span class="hidden">${t.answerOf('')}</span><bdi>${answer.model || model}</bdi></h2>
      <details class="reasoning" ?hidden=${answer.reasoning === ''} ?open=${!over && answer.text === ''}>
        <summary>${icon('chevron')}${over || answer.text !== '' ? t.reasoning : t.reasoningNow}</summary>
        <div class="thought"></div>
      </details>
      <div class="said"></div>
      ${answer.toolCalls.map((call) => toolCall(call, over))} ${this.#state()} ${this.#ending()}
      <div class="timing">
        <div class="clock"></div>
        ${over ? this.#actions() : html`<div class="actions">${this.#wireButton()}</div>`}
      </div>
      ${this.showsWire ? html`<ft-wire .run=${this.run} .answer=${answer}></ft-wire>` : nothing}
    `;
  }

  /** What is going on while nothing else tells. */
  #state(): TemplateResult | typeof nothing {
    const t = strings();
    if (isOver(this.answer)) {
      return nothing;
    }
    if (this.run?.reconnecting) {
      return html`<p class="state"><span class="pulse"></span>${t.reconnecting}</p>`;
    }
    if (this.answer.state === 'waiting') {
      const words = this.elsewhere ? t.elsewhere : this.answer.streamed ? t.waiting : t.waitingWhole;
      return html`<p class="state"><span class="pulse"></span>${words}</p>`;
    }
    return nothing;
  }

  /** How it ended, where that is not just well. */
  #ending(): TemplateResult | typeof nothing {
    const t = strings();
    const { answer } = this;
    switch (answer.state) {
      case 'waiting':
      case 'streaming':
        return nothing;
      case 'stopped':
        return html`<p class="note">${t.stoppedNote}</p>`;
      case 'complete': {
        const note =
          answer.finish === 'length'
            ? t.lengthNote
            : answer.finish === 'content_filter'
              ? t.filterNote
              : answer.text === '' && answer.toolCalls.length === 0
                ? t.emptyNote
                : null;
        return note === null
          ? nothing
          : html`<p class="note">
              ${note}
              ${
                answer.finish === 'length' && this.chosen
                  ? html`<button class="link" @click=${() => this.emit('go-on')}>${t.goOn}</button>`
                  : nothing
              }
            </p>`;
      }
      case 'failed':
      case 'lost':
        return this.#failure();
    }
  }

  #failure(): TemplateResult {
    const t = strings();
    const { answer } = this;
    const { title, next } = explain(answer);
    const said = answer.failure?.message ?? '';
    const detail = title === 'lost' ? t.lostDetail : title === 'network' ? t.networkDetail : said;
    const wait = this.#waitBeforeRetry();
    const label = {
      again: wait > 0 ? t.tryAgainIn(wait) : t.tryAgain,
      key: t.enterKey,
      model: t.chooseModel,
      'read-on': t.readOn,
    };
    return html`<div class="failure" role="alert">
      ${icon('alert')}
      <div>
        <p class="failure-title">${t.errorTitles[title]}</p>
        ${detail === '' ? nothing : html`<p class="failure-said" dir="auto">${detail}</p>`}
        ${answer.text === '' ? nothing : html`<p>${t.partKept}</p>`}
        <p class="failure-steps">
          <button class="button" ?disabled=${wait > 0} @click=${() => this.emit('next-step', next)}>${label[next]}</button>
          ${
            next === 'again'
              ? nothing
              : html`<button class="button plain" @click=${() => this.emit('next-step', 'again')}>${t.tryAgain}</button>`
          }
        </p>
      </div>
    </div>`;
  }

  /** Seconds that the server asked for and that have not passed. */
  #waitBeforeRetry(): number {
    const { failure, timeline, created } = this.answer;
    const until = created + (timeline.end ?? 0) + (failure?.retryAfterMs ?? 0);
    const seconds = Math.ceil((until - now()) / 1000);
    const waiting = failure?.retryAfterMs != null && seconds > 0;
    if (waiting && this.#retryTimer === 0) {
      this.#retryTimer = window.setInterval(() => this.requestUpdate(), 1000);
    } else if (!waiting && this.#retryTimer !== 0) {
      clearInterval(this.#retryTimer);
      this.#retryTimer = 0;
    }
    return waiting ? seconds : 0;
  }

  #actions(): TemplateResult {
    const t = strings();
    const copy = (e: Event): void =>
      void copyText((e.currentTarget as Element).querySelector('.label')!, this.answer.text);
    return html`<div class="actions">
      ${
        this.beside
          ? html`<button class="quiet choose" aria-pressed=${this.chosen} @click=${() => this.emit('choose')}>
            ${this.chosen ? t.goesOnFrom : t.goOnFrom}
          </button>`
          : nothing
      }
      <button class="quiet" title=${t.copyAnswer} aria-label=${t.copyAnswer} @click=${copy}>
        ${icon('copy')}<span class="label">${t.copy}</span>
      </button>
      <button class="quiet" @click=${() => this.emit('regenerate')}>${icon('again')}<span class="label">${t.regenerate}</span></button>
      ${this.#wireButton()}
    </div>`;
  }

  #wireButton(): TemplateResult {
    const t = strings();
    return html`<button class="quiet" aria-expanded=${this.showsWire} title=${t.wireTitle} @click=${this.#toggleWire}>
      ${icon('wire')}<span class="label">${t.wire}</span>
    </button>`;
  }

  #toggleWire = async (): Promise<void> => {
    await import('./wire.js');
    this.showsWire = !this.showsWire;
  };
}

function toolCall({ name, arguments: text }: ToolCall, complete: boolean): TemplateResult {
  const t = strings();
  let shown = text;
  try {
    shown = complete ? JSON.stringify(JSON.parse(text), null, 2) : text;
  } catch {
    // A model can write anything.
  }
  return html`<details class="tool" open>
    <summary>${icon('tool')}<span>${t.toolCall(name)}</span></summary>
    <pre tabindex="0" role="group" aria-label=${t.toolArguments}><code>${shown}</code></pre>
  </details>`;
}

customElements.define('ft-answer', AnswerElement);
