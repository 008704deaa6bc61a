import { html, nothing, type TemplateResult } from 'lit';
import type { Question } from '../model.js';
import { strings } from '../strings.js';
import { PageElement } from './element.js';
import { icon } from './icons.js';

/** What a person asked, and its other versions. */
class QuestionElement extends PageElement {
  static override properties = {
    question: { attribute: false },
    versions: { attribute: false },
    editing: { state: true },
  };

  declare question: Question;
  declare versions: Question[];
  declare editing: boolean;

  constructor() {
    super();
    this.editing = false;
  }

  override render(): TemplateResult {
    const t = strings();
    const { text, images } = this.question;
    return html`
      <h2 class="hidden">${t.you}</h2>
      <div class="bubble">
        ${images.map((url) => html`<img class="asked-picture" src=${url} alt=${t.picture} />`)}
        ${this.editing ? this.#editor() : text === '' ? nothing : html`<div class="asked" dir="auto">${text}</div>`}
      </div>
      ${
        this.editing
          ? nothing
          : html`<div class="actions">
            ${versions(this.versions, this.question, (id) => this.emit('choose-version', id))}
            <button class="quiet" aria-label=${t.edit} title=${t.edit} @click=${this.#edit}>${icon('edit')}</button>
          </div>`
      }
    `;
  }

  #editor(): TemplateResult {
    const t = strings();
    return html`<form class="edit" @submit=${this.#save}>
      <textarea dir="auto" aria-label=${t.edit} .value=${this.question.text} @keydown=${this.#key}></textarea>
      <p>
        <button type="button" class="button plain" @click=${() => (this.editing = false)}>${t.cancel}</button>
        <button class="button">${t.saveEdit}</button>
      </p>
    </form>`;
  }

  #edit = async (): Promise<void> => {
    this.editing = true;
    await this.updateComplete;
    const area = this.querySelector('textarea');
    area?.focus();
    area?.setSelectionRange(area.value.length, area.value.length);
  };

  #key = (e: KeyboardEvent): void => {
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
      this.#save(e);
    } else if (e.key === 'Escape') {
      e.stopPropagation();
      this.editing = false;
    }
  };

  #save = (e: Event): void => {
    e.preventDefault();
    const text = this.querySelector('textarea')?.value.trim() ?? '';
    this.editing = false;
    if (text !== '') {
      this.emit('resend', text);
    }
  };
}

/** Back and forth between versions, where there are several. */
export function versions(
  all: { id: string }[],
  shown: { id: string },
  choose: (id: string) => void,
): TemplateResult | typeof nothing {
  const t = strings();
  const at = all.findIndex(({ id }) => id === shown.id);
  if (all.length < 2) {
    return nothing;
  }
  const step = (by: number, name: string, picture: 'left' | 'right'): TemplateResult => {
    const to = all[at + by];
    return html`<button class="quiet" aria-label=${name} ?disabled=${!to} @click=${() => to && choose(to.id)}>${icon(picture)}</button>`;
  };
  return html`<span class="versions">
    ${step(-1, t.previousVersion, 'left')}<span>${t.version(at + 1, all.length)}</span>${step(1, t.nextVersion, 'right')}
  </span>`;
}

customElements.define('ft-question', QuestionElement);
