import { html, type TemplateResult } from 'lit';
import type { Conversation, Parameters } from '../model.js';
import { callerKey, type Preferences, preferences, setKey, setPreferences } from '../preferences.js';
import { languages, strings } from '../strings.js';
import { PageElement } from './element.js';
import { icon } from './icons.js';

/** What is asked with, and how the page looks. Every change takes effect at once. */
class Settings extends PageElement {
  static override properties = { conversation: { attribute: false, hasChanged: () => true } };

  declare conversation: Conversation;

  /** @param at the field to begin with */
  async show(at?: 'key'): Promise<void> {
    await this.updateComplete;
    const dialog = this.querySelector('dialog')!;
    dialog.showModal();
    if (at) {
      this.querySelector<HTMLInputElement>(`[name=${at}]`)?.focus();
    }
  }

  override render(): TemplateResult {
    const t = strings();
    const { theme, language, keepKey } = preferences();
    const efforts = { '': t.effortDefault, ...t.efforts };
    const tongues = {
      '': t.languageAuto,
      ...Object.fromEntries(Object.entries(languages).map(([code, { name }]) => [code, name])),
    };
    return html`<dialog class="sheet" aria-labelledby="settings-title" @click=${this.#outside} @close=${() => this.emit('settings-closed')}>
      <form method="dialog">
        <header>
          <h2 id="settings-title">${t.settings}</h2>
          <button class="quiet round" aria-label=${t.close}>${icon('close')}</button>
        </header>
        <label class="field">
          <span>${t.systemPrompt}</span>
          <textarea name="system" rows="4" dir="auto" .value=${this.conversation.system} @change=${this.#system}></textarea>
          <small>${t.systemPromptHint}</small>
        </label>
        <fieldset>
          <legend>${t.parameters}</legend>
          <div class="grid">
            ${this.#number('temperature', t.temperature, 0, 2, 0.1)} ${this.#number('top_p', t.topP, 0, 1, 0.05)}
            ${this.#number('max_tokens', t.maxTokens, 1, 1_000_000, 1)}
            ${select(
              'reasoning_effort',
              t.effort,
              efforts,
              this.conversation.parameters.reasoning_effort ?? '',
              (value) => this.#parameter({ reasoning_effort: value || null }),
            )}
          </div>
          <small>${t.parametersHint}</small>
        </fieldset>
        <fieldset>
          <legend>${t.appearance}</legend>
          <div class="grid">
            ${select('theme', t.theme, t.themes, theme, (value) => this.#prefer({ theme: value as Preferences['theme'] }))}
            ${select('language', t.language, tongues, language, (value) => this.#prefer({ language: value }))}
          </div>
        </fieldset>
        <fieldset>
          <legend>${t.key}</legend>
          <label class="field">
            <span class="hidden">${t.key}</span>
            <input name="key" type="password" autocomplete="off" spellcheck="false" .value=${callerKey()} @change=${this.#key} />
            <small>${t.keyHint}</small>
          </label>
          <label class="check">
            <input type="checkbox" .checked=${keepKey} @change=${(e: Event) => this.#prefer({ keepKey: (e.target as HTMLInputElement).checked })} />
            <span>${t.keepKey}</span>
          </label>
        </fieldset>
        <section class="keys" aria-labelledby="keys-title">
          <h3 id="keys-title">${t.keyboard}</h3>
          <dl>
            ${t.shortcuts.map(
              ([keys, does]) => html`<div>
                <dt>${keys.split(' ').map((key) => html`<kbd>${key}</kbd>`)}</dt>
                <dd>${does}</dd>
              </div>`,
            )}
          </dl>
        </section>
      </form>
    </dialog>`;
  }

  #number(name: keyof Parameters, label: string, min: number, max: number, step: number): TemplateResult {
    const value = this.conversation.parameters[name];
    return html`<label class="field">
      <span>${label}</span>
      <input
        type="number"
        name=${name}
        min=${min}
        max=${max}
        step=${step}
        inputmode="decimal"
        .value=${value === null ? '' : String(value)}
        @change=${(e: Event) => {
          const given = (e.target as HTMLInputElement).valueAsNumber;
          this.#parameter({ [name]: Number.isNaN(given) ? null : Math.min(max, Math.max(min, given)) });
        }}
      />
    </label>`;
  }

  #parameter(change: Partial<Parameters>): void {
    this.emit('decide', { parameters: { ...this.conversation.parameters, ...change } });
  }

  #system = (e: Event): void => this.emit('decide', { system: (e.target as HTMLTextAreaElement).value });

  #key = (e: Event): void => {
    setKey((e.target as HTMLInputElement).value);
    this.emit('preferred');
  };

  #prefer(change: Partial<Preferences>): void {
    setPreferences(change);
    this.emit('preferred');
    this.requestUpdate();
  }

  #outside = (e: MouseEvent): void => {
    if (e.target instanceof HTMLDialogElement) {
      e.target.close();
    }
  };
}

function select(
  name: string,
  label: string,
  choices: Record<string, string>,
  value: string,
  choose: (value: string) => void,
): TemplateResult {
  return html`<label class="field">
    <span>${label}</span>
    <select name=${name} .value=${value} @change=${(e: Event) => choose((e.target as HTMLSelectElement).value)}>
      ${Object.entries(choices).map(
        ([key, text]) => html`<option value=${key} ?selected=${key === value}>${text}</option>`,
      )}
    </select>
  </label>`;
}

customElements.define('ft-settings', Settings);

export type { Settings };
