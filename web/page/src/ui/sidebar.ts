import { html, nothing, type TemplateResult } from 'lit';
import type { Chat } from '../chat.js';
import type { Conversation } from '../model.js';
import { strings } from '../strings.js';
import { PageElement } from './element.js';
import { icon } from './icons.js';

/** The conversations that this browser has kept. */
class Sidebar extends PageElement {
  static override properties = {
    chat: { attribute: false, hasChanged: () => true },
    words: { state: true },
    found: { state: true },
    menu: { state: true },
    renaming: { state: true },
  };

  declare chat: Chat;
  declare words: string;
  declare found: Set<string> | null;
  /** The conversation whose menu is open, or `all`. */
  declare menu: string | null;
  /** The conversation whose title is being written. */
  declare renaming: string | null;

  constructor() {
    super();
    this.words = '';
    this.found = null;
    this.menu = null;
    this.renaming = null;
  }

  focusSearch(): void {
    this.querySelector<HTMLInputElement>('input[type=search]')?.focus();
  }

  override render(): TemplateResult {
    const t = strings();
    const shown = this.chat.conversations.filter(({ id }) => this.found?.has(id) ?? true);
    return html`
      <div class="side-head">
        <span class="brand"><span class="brand-mark" aria-hidden="true"></span>${t.appName}</span>
        <button class="quiet round phone" aria-label=${t.closeMenu} @click=${() => this.emit('hide-side')}>${icon('close')}</button>
      </div>
      <button class="new" @click=${() => this.#create()}>${icon('plus')}<span>${t.newConversation}</span></button>
      <label class="search">
        ${icon('search')}
        <input type="search" aria-label=${t.search} placeholder=${t.search} .value=${this.words} @input=${this.#search} />
      </label>
      <nav aria-label=${t.conversations}>
        ${
          shown.length === 0
            ? html`<p class="note">${this.words === '' ? t.noConversations : t.nothingFound}</p>`
            : this.#groups(shown)
        }
      </nav>
      <div class="side-foot">
        <button class="quiet" @click=${() => this.emit('settings')}>${icon('settings')}<span>${t.settings}</span></button>
        ${this.#menu('all', t.more, [
          [t.exportAll, () => void this.#save('conversations.json', this.chat.exportJson(), 'application/json')],
          [t.import, () => this.querySelector<HTMLInputElement>('input[type=file]')?.click()],
        ])}
        <input type="file" accept="application/json,.json,text/markdown,.md" class="hidden" tabindex="-1" aria-hidden="true" @change=${this.#import} />
      </div>
    `;
  }

  #groups(all: Conversation[]): TemplateResult[] {
    const t = strings();
    const midnight = new Date().setHours(0, 0, 0, 0);
    const groups: [string, (c: Conversation) => boolean][] = [
      [t.today, ({ updated }) => updated >= midnight],
      [t.yesterday, ({ updated }) => updated < midnight && updated >= midnight - 86_400_000],
      [t.earlier, ({ updated }) => updated < midnight - 86_400_000],
    ];
    return groups
      .map(([name, belongs]) => ({ name, list: all.filter(belongs) }))
      .filter(({ list }) => list.length > 0)
      .map(({ name, list }) => html`<h2>${name}</h2><ul>${list.map((c) => this.#conversation(c))}</ul>`);
  }

  #conversation({ id, title }: Conversation): TemplateResult {
    const t = strings();
    const current = id === this.chat.current.id;
    if (this.renaming === id) {
      return html`<li class="current">
        <input
          class="title"
          dir="auto"
          aria-label=${t.newTitle}
          maxlength="200"
          .value=${title}
          @keydown=${this.#titleKey}
          @blur=${this.#rename}
        />
      </li>`;
    }
    return html`<li class=${current ? 'current' : ''}>
      <a href="#/c/${id}" aria-current=${current ? 'page' : nothing} @click=${() => this.emit('hide-side')} dir="auto">${title || t.untitled}</a>
      ${this.#menu(id, t.more, [
        [
          t.exportMarkdown,
          () => void this.#save(`${fileName(title)}.md`, this.chat.exportMarkdown(id), 'text/markdown'),
        ],
        [t.exportJson, () => void this.#save(`${fileName(title)}.json`, this.chat.exportJson(id), 'application/json')],
        [t.rename, () => void this.#startRenaming(id)],
        [t.delete, () => this.#delete(id, title)],
      ])}
    </li>`;
  }

  #menu(id: string, label: string, items: [string, () => void][]): TemplateResult {
    const open = this.menu === id;
    const pick = (action: () => void) => (): void => {
      this.menu = null;
      action();
    };
    return html`<div class="menu" @focusout=${this.#left} @keydown=${this.#escape}>
      <button class="quiet round" aria-haspopup="menu" aria-expanded=${open} aria-label=${label} @click=${() => (this.menu = open ? null : id)}>
        ${icon('more')}
      </button>
      ${
        open
          ? html`<div class="popup" role="menu">
            ${items.map(([name, action]) => html`<button role="menuitem" @click=${pick(action)}>${name}</button>`)}
          </div>`
          : nothing
      }
    </div>`;
  }

  #left = (e: FocusEvent): void => {
    if (e.relatedTarget instanceof Node && !(e.currentTarget as Element).contains(e.relatedTarget)) {
      this.menu = null;
    }
  };

  #escape = (e: KeyboardEvent): void => {
    if (e.key === 'Escape' && this.menu !== null) {
      e.stopPropagation();
      this.menu = null;
    }
  };

  #create(): void {
    this.chat.create();
    this.emit('hide-side');
    this.emit('created');
  }

  #search = async (e: Event): Promise<void> => {
    const words = (e.target as HTMLInputElement).value;
    this.words = words;
    const found = words.trim() === '' ? null : await this.chat.store.search(words);
    if (this.words === words) {
      this.found = found;
    }
  };

  async #startRenaming(id: string): Promise<void> {
    this.renaming = id;
    await this.updateComplete;
    this.querySelector<HTMLInputElement>('.title')?.select();
  }

  #titleKey = (e: KeyboardEvent): void => {
    const input = e.target as HTMLInputElement;
    if (e.key === 'Enter' && !e.isComposing) {
      input.blur();
    } else if (e.key === 'Escape') {
      e.stopPropagation();
      this.renaming = null;
    }
  };

  #rename = (e: Event): void => {
    const { renaming } = this;
    this.renaming = null;
    if (renaming !== null) {
      void this.chat.rename(renaming, (e.target as HTMLInputElement).value);
    }
  };

  #delete(id: string, title: string): void {
    const t = strings();
    if (confirm(t.deleteQuestion(title || t.untitled))) {
      void this.chat.delete(id);
    }
  }

  #import = async (e: Event): Promise<void> => {
    const t = strings();
    const input = e.target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = '';
    if (file) {
      try {
        this.emit('say', t.imported(await this.chat.import(await file.text())));
      } catch (error) {
        this.emit('say', t.notImported((error as Error).message));
      }
    }
  };

  async #save(name: string, content: Promise<string>, type: string): Promise<void> {
    const url = URL.createObjectURL(new Blob([await content], { type }));
    const link = document.createElement('a');
    link.href = url;
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

function fileName(title: string): string {
  return (
    title
      .replace(/[^\p{L}\p{N}]+/gu, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 60) || 'conversation'
  );
}

customElements.define('ft-sidebar', Sidebar);

export type { Sidebar };
