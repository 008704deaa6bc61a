import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import type { Chat } from '../chat.js';
import type { NextStep } from '../failures.js';
import { type Answer, type Conversation, isOver, type Step } from '../model.js';
import { strings } from '../strings.js';
import type { Composer } from './composer.js';
import { PageElement } from './element.js';
import { Follow } from './follow.js';
import { icon } from './icons.js';
import { versions } from './question.js';
import type { Settings } from './settings.js';
import type { Sidebar } from './sidebar.js';
import './answer.js';
import './composer.js';
import './question.js';
import './sidebar.js';

/** How long a passing word stays, in milliseconds. */
const WORD_STAYS = 5000;

/** The whole page. */
export class App extends PageElement {
  static override properties = {
    chat: { attribute: false },
    sideShown: { state: true },
    following: { state: true },
    word: { state: true },
    hasSettings: { state: true },
  };

  declare chat: Chat;
  /** On a phone, where there is no room for both. */
  declare sideShown: boolean;
  declare following: boolean;
  /** A passing word. */
  declare word: string;
  declare hasSettings: boolean;
  #follow: Follow | null = null;
  #status = '';
  #wasAnswering = false;
  #shown = '';
  #wordTimer = 0;

  constructor() {
    super();
    this.sideShown = false;
    this.following = true;
    this.word = '';
    this.hasSettings = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.chat.addEventListener('change', () => {
      this.#announce();
      this.requestUpdate();
    });
    document.addEventListener('keydown', this.#key);
    if (!this.chat.store.isKept) {
      this.#say(strings().storageFailed);
    }
  }

  override firstUpdated(): void {
    this.#follow = new Follow(
      this.querySelector<HTMLElement>('.scroller')!,
      (following) => (this.following = following),
    );
    this.#composer.focusText();
  }

  override updated(): void {
    const { current } = this.chat;
    document.title = current.title ? `${current.title} · ${strings().appName}` : strings().appName;
    if (this.#shown !== current.id) {
      this.#shown = current.id;
      this.#follow?.jump();
    }
  }

  get #composer(): Composer {
    return this.querySelector<Composer>('ft-composer')!;
  }

  override render(): TemplateResult {
    const t = strings();
    const { chat } = this;
    const { steps } = chat;
    return html`
      <aside class="side ${this.sideShown ? 'shown' : ''}" aria-label=${t.conversations} @hide-side=${() => (this.sideShown = false)} @settings=${() => this.#settings()}
        @created=${() => this.#composer.focusText()} @say=${(e: CustomEvent<string>) => this.#say(e.detail)}>
        <ft-sidebar .chat=${chat}></ft-sidebar>
      </aside>
      ${this.sideShown ? html`<div class="shade" @click=${() => (this.sideShown = false)}></div>` : nothing}
      <main class=${steps.length === 0 ? 'empty' : ''} @decide=${this.#decide} @say=${(e: CustomEvent<string>) => this.#say(e.detail)}>
        <header class="top">
          <button class="quiet round phone" aria-label=${t.openMenu} aria-expanded=${this.sideShown} @click=${this.#openSide}>${icon('menu')}</button>
          <h1 dir="auto" class=${chat.current.title ? '' : 'hidden'}>${chat.current.title || t.untitled}</h1>
          <button class="quiet round phone" aria-label=${t.newConversation} @click=${() => this.#create()}>${icon('plus')}</button>
          <button class="quiet round" aria-label=${t.settings} title=${t.settings} @click=${() => this.#settings()}>${icon('settings')}</button>
        </header>
        <div class="scroller">
          <div class="column">
            ${
              steps.length === 0
                ? this.#greeting()
                : repeat(
                    steps,
                    ({ question }) => question.id,
                    (step) => this.#step(step),
                  )
            }
          </div>
        </div>
        <div class="dock">
          ${
            this.following
              ? nothing
              : html`<button class="jump" aria-label=${t.jump} title=${t.jump} @click=${() => this.#follow?.jump()}>${icon('down')}</button>`
          }
          <ft-composer
            .conversation=${chat.current}
            .models=${chat.models}
            .blind=${chat.blind}
            ?answering=${chat.isAnswering}
            @send=${this.#send}
            @stop=${() => chat.stop()}
          ></ft-composer>
        </div>
      </main>
      <div class="hidden" role="status" aria-live="polite">${this.#status}</div>
      <div class="word" role="status" ?hidden=${this.word === ''}>${this.word}</div>
      ${
        this.hasSettings
          ? html`<ft-settings .conversation=${chat.current} @decide=${this.#decide} @preferred=${this.#preferred}></ft-settings>`
          : nothing
      }
    `;
  }

  #greeting(): TemplateResult {
    const t = strings();
    return html`<div class="greeting">
      <span class="brand-mark big" aria-hidden="true"></span>
      <h2>${t.greeting}</h2>
      <p>${t.greetingHint}</p>
      <ul>
        ${t.suggestions.map(
          ([name, text]) =>
            html`<li><button @click=${() => this.#composer.write(text)}><strong>${name}</strong><span>${text}</span></button></li>`,
        )}
      </ul>
    </div>`;
  }

  #step({ question, questions, answers, chosen, rounds }: Step): TemplateResult {
    const t = strings();
    const { chat } = this;
    const choose = (id: string): void => chat.choose(question.id, id);
    const shownRound = rounds.find(({ round }) => round === chosen?.round) ?? rounds[0];
    return html`<section class="step ${answers.length > 1 ? 'wide' : ''}">
      ${keyed(
        question.id,
        html`<ft-question
          .question=${question}
          .versions=${questions}
          @choose-version=${(e: CustomEvent<string>) => chat.choose(question.parent, e.detail)}
          @resend=${(e: CustomEvent<string>) => this.#resend(question, e.detail)}
        ></ft-question>`,
      )}
      <div class="answers">
        ${repeat(
          answers,
          ({ id }) => id,
          (answer) => html`<ft-answer
            role="article"
            aria-label=${t.answerOf(answer.model || t.defaultModel)}
            .answer=${answer}
            .run=${chat.runs.get(answer.id)}
            ?chosen=${answer === chosen}
            ?beside=${answers.length > 1}
            ?elsewhere=${chat.elsewhere.has(answer.id)}
            @choose=${() => choose(answer.id)}
            @regenerate=${() => this.#again(answer)}
            @go-on=${() => this.#ask(t.goOnMessage, [])}
            @next-step=${(e: CustomEvent<NextStep>) => this.#nextStep(answer, e.detail)}
          ></ft-answer>`,
        )}
      </div>
      ${shownRound ? html`<div class="rounds">${versions(rounds, shownRound, choose)}</div>` : nothing}
    </section>`;
  }

  // ---- what people do --------------------------------------------------------------------------

  #send = (e: CustomEvent<{ text: string; images: string[] }>): void => this.#ask(e.detail.text, e.detail.images);

  #ask(text: string, images: string[]): void {
    this.#follow?.jump();
    void this.chat.send(text, images);
  }

  #resend(question: Step['question'], text: string): void {
    this.#follow?.jump();
    void this.chat.resend(question, text);
  }

  #again(answer: Answer): void {
    const step = this.chat.steps.find(({ question }) => question.id === answer.parent);
    if (step && !this.chat.isAnswering) {
      this.#follow?.jump();
      void this.chat.answer(step.question);
    }
  }

  #nextStep(answer: Answer, next: NextStep): void {
    switch (next) {
      case 'again':
        this.#again(answer);
        break;
      case 'read-on':
        this.chat.readOn(answer);
        break;
      case 'key':
        void this.#settings('key');
        break;
      case 'model':
        this.#composer.chooseModel();
        break;
    }
  }

  #decide = (e: CustomEvent<Partial<Conversation>>): void => {
    e.stopPropagation();
    this.chat.change(e.detail);
  };

  #preferred = (): void => {
    void this.chat.loadModels();
    this.requestUpdate();
    for (const element of this.querySelectorAll<PageElement>(
      'ft-answer, ft-question, ft-composer, ft-sidebar, ft-model, ft-wire',
    )) {
      element.requestUpdate();
    }
  };

  #openSide = async (): Promise<void> => {
    this.sideShown = true;
    await this.updateComplete;
    this.querySelector<HTMLElement>('.side button')?.focus();
  };

  #create(): void {
    this.chat.create();
    this.#composer.focusText();
  }

  async #settings(at?: 'key'): Promise<void> {
    await import('./settings.js');
    this.hasSettings = true;
    this.sideShown = false;
    await this.updateComplete;
    await this.querySelector<Settings>('ft-settings')?.show(at);
  }

  #key = (e: KeyboardEvent): void => {
    if (e.key === 'Escape' && !this.querySelector('dialog[open]')) {
      if (this.sideShown) {
        this.sideShown = false;
      } else if (this.chat.isAnswering) {
        this.chat.stop();
      }
    } else if ((e.ctrlKey || e.metaKey) && e.key.toLowerCase() === 'k') {
      e.preventDefault();
      this.sideShown = true;
      this.querySelector<Sidebar>('ft-sidebar')?.focusSearch();
    } else if ((e.ctrlKey || e.metaKey) && e.shiftKey && e.key.toLowerCase() === 'o') {
      e.preventDefault();
      this.#create();
    }
  };

  /** A word that passes. */
  #say(word: string): void {
    this.word = word;
    clearTimeout(this.#wordTimer);
    this.#wordTimer = window.setTimeout(() => (this.word = ''), WORD_STAYS);
  }

  /** What a person who does not see the page has to know: that it began, and how it ended. */
  #announce(): void {
    const t = strings();
    const answering = this.chat.isAnswering;
    if (answering !== this.#wasAnswering) {
      this.#wasAnswering = answering;
      const last = this.chat.steps.at(-1)?.chosen;
      if (answering) {
        this.#status = t.answering;
      } else if (last && isOver(last)) {
        // A failure speaks for itself.
        this.#status =
          last.state === 'complete'
            ? t.answerComplete(last.text.split(/\s+/).filter(Boolean).length)
            : last.state === 'stopped'
              ? t.answerStopped
              : '';
      }
    }
  }
}

customElements.define('ft-app', App);
