import { html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { type Answer, isOver } from '../model.js';
import type { Run } from '../run.js';
import { number, strings } from '../strings.js';
import type { WireRow } from '../wire-log.js';
import { PageElement } from './element.js';

/** The height of a row, as the style sheet has it. */
const ROW = 24;
const SPARE = 12;

/**
 * What came over the wire, event by event, with its times, also while it comes. Only what is in view is drawn.
 */
class WireElement extends PageElement {
  static override properties = {
    run: { attribute: false },
    answer: { attribute: false },
    top: { state: true },
    picked: { state: true },
  };

  declare run: Run | undefined;
  declare answer: Answer;
  declare top: number;
  declare picked: WireRow | null;
  /** The end is in view, and stays there. */
  #follows = false;
  #frame = 0;
  #unlisten: (() => void) | null = null;

  constructor() {
    super();
    this.top = 0;
    this.picked = null;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#unlisten?.();
    cancelAnimationFrame(this.#frame);
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('run')) {
      this.#unlisten?.();
      this.#unlisten = this.run?.listen({ grew: this.#more, changed: this.#more }) ?? null;
      this.#follows = !isOver(this.answer);
    }
  }

  override updated(): void {
    const rows = this.querySelector('.wire-rows');
    if (this.#follows && rows) {
      rows.scrollTop = rows.scrollHeight;
    }
  }

  #more = (): void => {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.requestUpdate();
    });
  };

  override render(): TemplateResult {
    const t = strings();
    const rows = this.run?.wire.rows ?? [];
    if (rows.length === 0) {
      return html`<p class="note">${t.wireEmpty}</p>`;
    }
    const from = Math.max(0, Math.floor(this.top / ROW) - SPARE);
    const shown = rows.slice(from, from + Math.ceil(320 / ROW) + 2 * SPARE);
    const { dropped } = this.run!.wire;
    return html`<div class="wire">
      <div class="wire-head wire-row" aria-hidden="true">
        <span>${t.wireEvent}</span><span>${t.wireTime}</span><span>${t.wireGap}</span><span>${t.wireData}</span>
      </div>
      <div class="wire-rows" tabindex="0" role="group" aria-label=${t.wireTitle} @scroll=${this.#scrolled}>
        <svg class="spacer" width="1" height=${from * ROW} aria-hidden="true"></svg>
        ${shown.map((row, i) => this.#row(row, rows[from + i - 1]))}
        <svg class="spacer" width="1" height=${(rows.length - from - shown.length) * ROW} aria-hidden="true"></svg>
      </div>
      ${this.picked ? html`<pre class="wire-detail" tabindex="0"><code>${pretty(this.picked.data)}</code></pre>` : nothing}
      ${dropped > 0 ? html`<p class="note">${t.wireDropped(dropped)}</p>` : nothing}
    </div>`;
  }

  #row(row: WireRow, before: WireRow | undefined): TemplateResult {
    const gap = before ? row.at - before.at : 0;
    return html`<button
      type="button"
      class="wire-row ${row.seq === null ? 'connection' : ''} ${gap >= 1000 ? 'late' : ''}"
      aria-pressed=${this.picked === row}
      @click=${() => (this.picked = this.picked === row ? null : row)}
    >
      <span>${row.seq ?? '·'}</span><span>${number(row.at, 1)}</span><span>+${number(gap, 1)}</span
      ><code>${row.seq === null ? said(row.data) : essence(row.data)}</code>
    </button>`;
  }

  #scrolled = (e: Event): void => {
    const { scrollTop, clientHeight, scrollHeight } = e.target as Element;
    this.#follows = scrollTop + clientHeight > scrollHeight - ROW;
    this.top = scrollTop;
  };
}

function said(what: string): string {
  const t = strings();
  switch (what) {
    case 'asked':
      return t.wireAsked;
    case 'reconnecting':
      return t.wireLost;
    case 'streaming':
      return t.wireResumed;
    default:
      return t.wireOpened(what.replace(/^stream /, ''));
  }
}

/** What is new in an event: the frame around it is the same every time. The whole of it is a click away. */
function essence(data: string): string {
  try {
    const { choices, usage, error } = JSON.parse(data) as {
      choices?: { delta?: object; finish_reason?: string | null }[];
      usage?: object | null;
      error?: object;
    };
    const [choice] = choices ?? [];
    const { delta, finish_reason } = choice ?? {};
    const parts = {
      ...delta,
      ...(finish_reason && { finish_reason }),
      ...(usage && { usage }),
      ...(error && { error }),
    };
    return Object.keys(parts).length > 0 ? JSON.stringify(parts) : data;
  } catch {
    return data;
  }
}

function pretty(data: string): string {
  try {
    return JSON.stringify(JSON.parse(data), null, 2);
  } catch {
    return data;
  }
}

customElements.define('ft-wire', WireElement);
