import { html, nothing, type TemplateResult } from 'lit';
import { strings } from '../strings.js';
import { PageElement } from './element.js';
import { icon } from './icons.js';

let count = 0;

/** Which model is asked: one of those that the server lists, or any other name. */
class ModelPicker extends PageElement {
  static override properties = {
    model: {},
    models: { attribute: false },
    open: { state: true },
    filter: { state: true },
    active: { state: true },
  };

  /** Empty for the server's default. */
  declare model: string;
  declare models: string[];
  declare open: boolean;
  declare filter: string;
  declare active: number;
  readonly #id = `picker-${count++}`;

  constructor() {
    super();
    this.model = '';
    this.models = [];
    this.open = false;
    this.filter = '';
    this.active = 0;
  }

  /** Opens the list. */
  async show(): Promise<void> {
    this.open = true;
    this.filter = '';
    this.active = Math.max(0, this.#choices().indexOf(this.model));
    await this.updateComplete;
    this.querySelector('input')?.focus();
    this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  #hide(): void {
    if (this.open) {
      this.open = false;
      this.querySelector('button')?.focus();
    }
  }

  #choices(): string[] {
    const wanted = this.filter.trim().toLowerCase();
    const known = ['', ...this.models.filter((name) => name.toLowerCase().includes(wanted))];
    if (this.model !== '' && !known.includes(this.model) && this.model.toLowerCase().includes(wanted)) {
      known.splice(1, 0, this.model);
    }
    const exact = this.filter.trim();
    return exact === '' ? known : [...known.filter(Boolean), ...(known.includes(exact) ? [] : [exact])];
  }

  #pick(model: string): void {
    this.emit('pick', model);
    this.#hide();
  }

  override render(): TemplateResult {
    const t = strings();
    return html`<button
        type="button"
        class="pill"
        aria-haspopup="listbox"
        aria-expanded=${this.open}
        aria-label="${t.model}: ${this.model || t.defaultModel}"
        @click=${() => (this.open ? this.#hide() : void this.show())}
      >
        <bdi>${this.model || t.defaultModel}</bdi>${icon('chevron')}
      </button>
      ${this.open ? this.#popup() : nothing}`;
  }

  #popup(): TemplateResult {
    const t = strings();
    const choices = this.#choices();
    const active = Math.min(this.active, choices.length - 1);
    return html`<div class="popup picker" @focusout=${this.#left}>
      <input
        type="text"
        role="combobox"
        aria-controls=${this.#id}
        aria-expanded="true"
        aria-autocomplete="list"
        aria-activedescendant="${this.#id}-${active}"
        aria-label=${t.modelPlaceholder}
        placeholder=${t.modelPlaceholder}
        autocomplete="off"
        spellcheck="false"
        .value=${this.filter}
        @input=${(e: Event) => {
          this.filter = (e.target as HTMLInputElement).value;
          this.active = 0;
        }}
        @keydown=${(e: KeyboardEvent) => this.#key(e, choices, active)}
      />
      <ul role="listbox" id=${this.#id} aria-label=${t.model}>
        ${choices.map(
          (name, i) => html`<li
            role="option"
            id="${this.#id}-${i}"
            aria-selected=${i === active}
            class=${name === this.model ? 'current' : ''}
            @pointerdown=${(e: Event) => e.preventDefault()}
            @click=${() => this.#pick(name)}
          >
            <bdi>${name === '' ? t.defaultModel : this.models.includes(name) || name === this.model ? name : t.anyModel(name)}</bdi>${name === this.model ? icon('check') : nothing}
          </li>`,
        )}
      </ul>
      ${this.models.length === 0 ? html`<p class="note">${t.noModels}</p>` : nothing}
    </div>`;
  }

  #left = (e: FocusEvent): void => {
    if (!this.contains(e.relatedTarget as Node | null)) {
      this.open = false;
    }
  };

  #key(e: KeyboardEvent, choices: string[], active: number): void {
    const moves: Record<string, number> = { ArrowDown: 1, ArrowUp: -1 };
    const move = moves[e.key];
    if (move !== undefined) {
      e.preventDefault();
      this.active = (active + move + choices.length) % choices.length;
      void this.updateComplete.then(() =>
        this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' }),
      );
    } else if (e.key === 'Enter') {
      e.preventDefault();
      this.#pick(choices[active] ?? '');
    } else if (e.key === 'Escape') {
      e.stopPropagation();
      this.#hide();
    }
  }
}

customElements.define('ft-model', ModelPicker);

export type { ModelPicker };
