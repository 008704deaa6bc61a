import remend from 'remend';
import { finishCode, type OpenCode, openCode } from './code.js';
import { type Links, lex, lexBlocks, type Token, type Tokens, toHtml } from './parse.js';
import { sanitise } from './sanitise.js';
import { cutLong, whatIsSettled } from './settle.js';

/** As much as is looked at in one go, so that an answer that came at once costs what a slow one does. */
const BITE = 4096;

/** A list or table longer than this is settled from its beginning while it grows. */
const LONG = 1500;

/** Finished blocks that lie in an element of their own, which costs nothing while it is out of sight. */
const BLOCKS_TOGETHER = 24;

/** Blocks that may wait for the definition of a link. */
const MOST_WAITING = 200;

/** What later text can add to, while the beginning of it is settled. */
type Open =
  | { kind: 'list'; element: Element }
  | { kind: 'table'; element: Element; head: string }
  | { kind: 'code'; code: OpenCode };

/**
 * Markdown that grows. Blocks that nothing can change any more are made once and never touched
 * again; only the last block is made anew when there is more of it. So what a piece of text costs
 * does not depend on how much there was before.
 */
export class MarkdownView {
  readonly #root: Element;
  readonly #links: Links = Object.create(null);

  /** What is not settled yet. */
  #tail = '';
  #open: Open | null = null;
  /** The nodes that stand for the tail. */
  #live: ChildNode[] = [];
  /** Where they are; behind everything else. */
  readonly #end = part();
  /** Where blocks go that nothing can change any more. */
  #settled = part();
  #endsWithCr = false;
  #waiting: { raw: string; node: ChildNode; links: number }[] = [];
  #finished = false;

  /** @param root an empty element of its own */
  constructor(root: Element) {
    this.#root = root;
    root.append(this.#settled, this.#end);
  }

  /** Adds text. */
  append(text: string): void {
    const clean = this.#newlines(text);
    for (let from = 0; from < clean.length; from += BITE) {
      const bite = clean.slice(from, from + BITE);
      this.#tail += bite;
      // Only a line's end can settle something, or length.
      if (bite.includes('\n') || this.#tail.length > LONG) {
        this.#settle();
      }
    }
    this.#showTail(true);
  }

  /** There is no more. */
  finish(): void {
    if (this.#finished) {
      return;
    }
    this.#finished = true;
    if (this.#open?.kind === 'code') {
      finishCode(this.#open.code, this.#tail);
      this.#open = null;
    } else {
      this.#showTail(false);
    }
    this.#tail = '';
    this.#live = [];
    this.#resolveLinks();
  }

  #newlines(text: string): string {
    const joined = this.#endsWithCr && text.startsWith('\n') ? text.slice(1) : text;
    this.#endsWithCr = text.endsWith('\r');
    return joined.includes('\r') ? joined.replace(/\r\n?/g, '\n') : joined;
  }

  /** Takes from the tail whatever nothing can change any more. */
  #settle(): void {
    for (;;) {
      if (this.#open?.kind === 'code') {
        const rest = this.#open.code.take(this.#tail);
        if (rest === null) {
          this.#tail = this.#open.code.held;
          return;
        }
        finishCode(this.#open.code, '');
        this.#open = null;
        this.#tail = rest;
        this.#clearLive();
        continue;
      }
      const tokens = this.#lexTail();
      const fence = tokens.at(-1)?.type === 'code' ? openCode(tokens.at(-1)!.raw) : null;
      const settled = fence ? tokens.length - 1 : whatIsSettled(tokens);
      if (settled > 0) {
        this.#take(tokens.slice(0, settled));
      } else if (!fence && !this.#shorten(tokens)) {
        return;
      }
      if (fence) {
        this.#clearLive();
        this.#open = { kind: 'code', code: fence };
        this.#append([fence.element]);
        this.#tail = this.#tail.slice(this.#tail.length - fence.rest.length);
      }
    }
  }

  /** The tail's tokens. What is open comes first, as a token of its own kind. */
  #lexTail(): Token[] {
    const head = this.#open?.kind === 'table' ? this.#open.head : '';
    return lexBlocks(head + this.#tail);
  }

  /** Settles some tokens at the tail's beginning. */
  #take(tokens: Token[]): void {
    this.#clearLive();
    const head = this.#open?.kind === 'table' ? this.#open.head : '';
    const length = tokens.reduce((sum, { raw }) => sum + raw.length, 0) - head.length;
    this.#render(lex(head + this.#tail.slice(0, length), this.#links), true);
    this.#open = null;
    this.#tail = this.#tail.slice(length);
  }

  /** Settles the beginning of a block that grows long. */
  #shorten(tokens: Token[]): boolean {
    const block = tokens.find(({ type }) => type !== 'space');
    if (!block || block.raw.length < LONG) {
      return false;
    }
    // By lengths: marked may have changed a blank at the end of what it gives back.
    const before = tokens.slice(0, tokens.indexOf(block)).reduce((sum, { raw }) => sum + raw.length, 0);
    if (block.type === 'paragraph') {
      const cut = cutLong(block.raw);
      if (cut === 0) {
        return false;
      }
      const piece = this.#tail.slice(0, before + cut);
      this.#clearLive();
      this.#render(lex(piece, this.#links), true);
      this.#tail = this.#tail.slice(before + cut);
      return true;
    }
    return block.type === 'list'
      ? this.#shortenList(block as Tokens.List, before)
      : block.type === 'table' && this.#shortenTable(block as Tokens.Table, before);
  }

  #shortenList(list: Tokens.List, before: number): boolean {
    // The last item can grow, and the one before it can turn out to go on behind a blank line.
    const length = list.items.slice(0, -2).reduce((sum, { raw }) => sum + raw.length, 0);
    if (length === 0) {
      return false;
    }
    this.#clearLive();
    this.#intoOpen(this.#tail.slice(before, before + length), 'list');
    this.#tail = this.#tail.slice(before + length);
    return true;
  }

  #shortenTable(table: Tokens.Table, start: number): boolean {
    const lines = table.raw.split('\n');
    const rows = table.rows.length - 1;
    if (rows < 1 || lines.length < 3) {
      return false;
    }
    const known = this.#open?.kind === 'table' ? this.#open.head : null;
    const head = known ?? `${lines[0]}\n${lines[1]}\n`;
    const body = lines.slice(2, 2 + rows).join('\n').length + 1;
    const before = known === null ? start + head.length : 0;
    this.#clearLive();
    this.#intoOpen(head + this.#tail.slice(before, before + body), 'table', head);
    this.#tail = this.#tail.slice(before + body);
    return true;
  }

  /** Adds items or rows to the list or table that is open, or opens one with them. */
  #intoOpen(source: string, kind: 'list' | 'table', head = ''): void {
    const wasOpen = this.#open?.kind === kind;
    const [first] = this.#render(lex(source, this.#links), true);
    if (!wasOpen && first instanceof Element) {
      const element = placeIn(first, kind);
      this.#open = kind === 'list' ? { kind, element } : { kind, element, head };
    }
  }

  /** Shows the tail, the last time or not. */
  #showTail(growing: boolean): void {
    if (this.#open?.kind === 'code') {
      this.#open.code.show(this.#tail);
      return;
    }
    this.#clearLive();
    if (this.#tail.trim() === '') {
      return;
    }
    const head = this.#open?.kind === 'table' ? this.#open.head : '';
    const source = head + this.#tail;
    this.#live = this.#render(lex(growing ? remend(source) : source, this.#links), !growing);
  }

  /**
   * Makes nodes and puts them where they belong: into what is open, or to the end.
   *
   * @param stays whether nothing can change them any more
   */
  #render(all: Token[], stays: boolean): ChildNode[] {
    const tokens = all.filter(({ type }) => type !== 'space' && type !== 'def');
    const made = [...sanitise(toHtml(tokens)).childNodes].filter((node) => node instanceof Element);
    const open = this.#open;
    if (open && open.kind !== 'code' && tokens[0]?.type === open.kind && made[0]) {
      const parts = [...placeIn(made.shift() as Element, open.kind).childNodes];
      open.element.append(...parts);
      made.unshift(...(parts as Element[]));
      this.#place(made.slice(parts.length), stays);
    } else {
      this.#place(made, stays);
      if (stays && tokens.length === made.length) {
        tokens.forEach((token, i) => this.#mayWait(token, made[i]!));
      }
    }
    if (stays) {
      all.forEach(
        (token) => token.type === 'def' && (this.#links[token.tag] ??= { href: token.href, title: token.title }),
      );
      this.#adopt(made);
    }
    return made;
  }

  #place(nodes: ChildNode[], stays: boolean): void {
    if (stays) {
      this.#append(nodes);
    } else {
      this.#end.append(...nodes);
    }
  }

  #append(nodes: ChildNode[]): void {
    for (const node of nodes) {
      if (this.#settled.childElementCount === BLOCKS_TOGETHER) {
        this.#settled = part();
        this.#end.before(this.#settled);
      }
      this.#settled.append(node);
    }
  }

  #clearLive(): void {
    for (const node of this.#live) {
      node.remove();
    }
    this.#live = [];
  }

  /** These nodes stay. */
  #adopt(nodes: ChildNode[]): void {
    for (const node of nodes) {
      this.#root.dispatchEvent(new CustomEvent('settled', { detail: node, bubbles: true }));
    }
  }

  #mayWait({ raw }: Token, node: ChildNode): void {
    if (/\[[^\]]+\]/.test(raw) && this.#waiting.length < MOST_WAITING) {
      this.#waiting.push({ raw, node, links: Object.keys(this.#links).length });
    }
  }

  /** A link can be defined below its use. */
  #resolveLinks(): void {
    const known = Object.keys(this.#links).length;
    for (const { raw, node, links } of this.#waiting) {
      if (links < known && node.parentElement?.parentElement === this.#root) {
        const again = [...sanitise(toHtml(lex(raw, this.#links))).childNodes];
        node.replaceWith(...again);
        this.#adopt(again);
      }
    }
    this.#waiting = [];
  }
}

function part(): Element {
  const element = document.createElement('div');
  element.className = 'part';
  return element;
}

/** Where the items of a list or the rows of a table are. */
function placeIn(element: Element, kind: 'list' | 'table'): Element {
  return kind === 'list' ? element : (element.querySelector('tbody') ?? element);
}
