import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import type { Conversation } from '../model.js';
import { draft, setDraft } from '../preferences.js';
import { strings } from '../strings.js';
import { PageElement } from './element.js';
import { icon } from './icons.js';
import type { ModelPicker } from './model-picker.js';
import './model-picker.js';

/** Pictures are made no larger than this on a side: more than models look at. */
const MOST_PIXELS = 1568;
const MOST_PICTURES = 8;

/** Where a person writes, and decides whom to ask and how. */
export class Composer extends PageElement {
  static override properties = {
    conversation: { attribute: false, hasChanged: () => true },
    models: { attribute: false },
    blind: { attribute: false },
    answering: { type: Boolean },
    text: { state: true },
    images: { state: true },
    dropping: { state: true },
  };

  declare conversation: Conversation;
  declare models: string[];

  /** A model that is asked and takes no pictures. */
  declare blind: string | null;
  declare answering: boolean;
  declare text: string;
  declare images: string[];
  declare dropping: boolean;

  constructor() {
    super();
    this.text = draft();
    this.images = [];
    this.models = [];
    this.blind = null;
    this.answering = false;
    this.dropping = false;
  }

  /** Writes for a person, who may still change it. */
  write(text: string): void {
    this.text = text;
    void this.updateComplete.then(() => this.focusText());
  }

  focusText(): void {
    this.querySelector('textarea')?.focus();
  }

  /** Lets a person choose another model. */
  chooseModel(): void {
    void this.querySelector<ModelPicker>('ft-model')?.show();
  }

  override updated(changed: PropertyValues): void {
    if (changed.has('text')) {
      setDraft(this.text);
    }
  }

  override render(): TemplateResult {
    const t = strings();
    const { second, streaming, model } = this.conversation;
    return html`<form
      class="composer ${this.dropping ? 'dropping' : ''}"
      @submit=${this.#submit}
      @dragover=${this.#over}
      @dragleave=${() => (this.dropping = false)}
      @drop=${this.#drop}
    >
      ${this.images.length > 0 ? html`<ul class="pictures">${this.images.map(this.#picture)}</ul>` : nothing}
      ${this.images.length > 0 && this.blind !== null ? html`<p class="note" role="status">${t.noPictures(this.blind)}</p>` : nothing}
      <textarea
        rows="1"
        dir="auto"
        aria-label=${t.message}
        placeholder=${this.dropping ? t.dropHere : t.messagePlaceholder}
        enterkeyhint="send"
        .value=${this.text}
        @input=${(e: Event) => (this.text = (e.target as HTMLTextAreaElement).value)}
        @keydown=${this.#key}
        @paste=${this.#paste}
      ></textarea>
      <div class="composer-bar">
        <ft-model
          .model=${model}
          .models=${this.models}
          @pick=${(e: CustomEvent<string>) => this.emit('decide', { model: e.detail })}
        ></ft-model>
        ${
          second === null
            ? nothing
            : html`<span class="versus" aria-hidden="true">|</span
              ><ft-model
                .model=${second}
                .models=${this.models}
                @pick=${(e: CustomEvent<string>) => this.emit('decide', { second: e.detail })}
              ></ft-model>`
        }
        <button
          type="button"
          class="quiet"
          aria-pressed=${second !== null}
          title=${second === null ? t.compareHint : t.compareStop}
          @click=${() => this.emit('decide', { second: second === null ? model : null })}
        >
          ${icon('compare')}<span class="label">${t.compare}</span>
        </button>
        <button
          type="button"
          class="switch"
          role="switch"
          aria-checked=${streaming}
          title=${t.streamingHint}
          @click=${() => this.emit('decide', { streaming: !streaming })}
        >
          <span class="track"></span><span class="label">${t.streaming}</span>
        </button>
        <span class="space"></span>
        ${
          this.blind === null
            ? html`<label class="quiet round" title=${t.attach}>
              ${icon('picture')}<span class="hidden">${t.attach}</span>
              <input type="file" accept="image/*" multiple class="hidden" @change=${this.#choose} />
            </label>`
            : nothing
        }
        ${
          this.answering
            ? html`<button type="button" class="go" title=${t.stopHint} aria-label=${t.stop} @click=${() => this.emit('stop')}>
              ${icon('stop')}
            </button>`
            : html`<button class="go" title=${t.send} aria-label=${t.send} ?disabled=${!this.#isSomething}>
              ${icon('send')}
            </button>`
        }
      </div>
    </form>`;
  }

  get #isSomething(): boolean {
    return this.images.length > 0 ? this.blind === null : this.text.trim() !== '';
  }

  #picture = (url: string, i: number): TemplateResult => {
    const t = strings();
    return html`<li>
      <img src=${url} alt=${t.picture} />
      <button
        type="button"
        class="remove"
        aria-label=${t.removePicture}
        @click=${() => (this.images = this.images.filter((_, at) => at !== i))}
      >
        ${icon('close')}
      </button>
    </li>`;
  };

  #submit = (e: Event): void => {
    e.preventDefault();
    if (this.#isSomething && !this.answering) {
      this.emit('send', { text: this.text.trim(), images: this.images });
      this.text = '';
      this.images = [];
    }
  };

  #key = (e: KeyboardEvent): void => {
    // An Enter that ends a word in an input method is no Enter.
    if (e.key === 'Enter' && !e.shiftKey && !e.isComposing) {
      this.#submit(e);
    }
  };

  #over = (e: DragEvent): void => {
    if (e.dataTransfer?.types.includes('Files')) {
      e.preventDefault();
      this.dropping = true;
    }
  };

  #drop = (e: DragEvent): void => {
    e.preventDefault();
    this.dropping = false;
    void this.#add(e.dataTransfer?.files);
  };

  #paste = (e: ClipboardEvent): void => {
    const files = e.clipboardData?.files;
    if (files && files.length > 0) {
      e.preventDefault();
      void this.#add(files);
    }
  };

  #choose = (e: Event): void => {
    const input = e.target as HTMLInputElement;
    void this.#add(input.files).then(() => (input.value = ''));
  };

  async #add(files: FileList | null | undefined): Promise<void> {
    if (this.blind !== null) {
      this.emit('say', strings().noPictures(this.blind));
      return;
    }
    for (const file of files ?? []) {
      try {
        const url = await pictureOf(file);
        this.images = [...this.images, url].slice(0, MOST_PICTURES);
      } catch {
        this.emit('say', strings().notAPicture);
      }
    }
    this.focusText();
  }
}

/** @throws Error when it is no picture that the browser can show */
async function pictureOf(file: File): Promise<string> {
  const bitmap = await createImageBitmap(file);
  const scale = Math.min(1, MOST_PIXELS / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * scale);
  canvas.height = Math.round(bitmap.height * scale);
  canvas.getContext('2d')!.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  return file.type === 'image/jpeg' ? canvas.toDataURL('image/jpeg', 0.9) : canvas.toDataURL('image/png');
}

customElements.define('ft-composer', Composer);
