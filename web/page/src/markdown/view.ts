import remend from 'remend';
import { finishCode, openCode, type OpenCode } from './code.js';
import { cutLong, whatIsSettled } from './settle.js';
import { lex, toHtml, type Links, type Token, type Tokens } from './parse.js';
import { sanitise } from './sanitise.js';

/** As much as is looked at in one go, so that an answer that came at once costs what a slow one does. */
const BITE = 4096;

/** A list or table longer than this is settled from its beginning while it grows. */
const LONG = 1500;

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
  #endsWithCr = false;
  #waiting: { raw: string; nodes: ChildNode[]; links: number }[] = [];
  #finished = false;

  /** @param root an empty element of its own */
  constructor(root: Element) {
    this.#root = root;
  }

  /** Adds text. */
  append(text: string): void {
    const clean = this.#newlines(text);
    for (let from = 0; from < clean.length; from += BITE) {
      this.#tail += clean.slice(from, from + BITE);
      this.#settle();
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
      this.#adopt(this.#live);
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
        this.#root.append(fence.element);
        this.#tail = this.#tail.slice(this.#tail.length - fence.rest.length);
      }
    }
  }

  /** The tail's tokens. What is open comes first, as a token of its own kind. */
  #lexTail(): Token[] {
    const head = this.#open?.kind === 'table' ? this.#open.head : '';
    return lex(head + this.#tail, this.#links);
  }

  /** Settles some tokens at the tail's beginning. */
  #take(tokens: Token[]): void {
    this.#clearLive();
    let length = tokens.reduce((sum, { raw }) => sum + raw.length, 0);
    if (this.#open?.kind === 'table') {
      length -= this.#open.head.length;
    }
    for (const nodes of this.#render(tokens)) {
      this.#adopt(nodes);
    }
    this.#open = null;
    this.#tail = this.#tail.slice(length);
  }

  /** Settles the beginning of a block that grows long. */
  #shorten(tokens: Token[]): boolean {
    const block = tokens.find(({ type }) => type !== 'space');
    if (!block || block.raw.length < LONG) {
      return false;
    }
    if (block.type === 'paragraph') {
      const cut = cutLong(block.raw);
      if (cut === 0) {
        return false;
      }
      const before = tokens.slice(0, tokens.indexOf(block)).reduce((sum, { raw }) => sum + raw.length, 0);
      const piece = this.#tail.slice(0, before + cut);
      this.#clearLive();
      this.#adopt([...sanitise(toHtml(lex(piece, this.#links))).childNodes]);
      this.#tail = this.#tail.slice(before + cut);
      return true;
    }
    return block.type === 'list'
      ? this.#shortenList(block as Tokens.List)
      : block.type === 'table' && this.#shortenTable(block as Tokens.Table);
  }

  #shortenList(list: Tokens.List): boolean {
    // The last item can grow, and the one before it can turn out to go on behind a blank line.
    const done = list.items.slice(0, -2);
    if (done.length === 0) {
      return false;
    }
    const before = this.#tail.indexOf(list.raw);
    this.#clearLive();
    this.#intoOpen({ ...list, items: done }, 'list');
    this.#tail = this.#tail.slice(before + done.reduce((sum, { raw }) => sum + raw.length, 0));
    return true;
  }

  #shortenTable(table: Tokens.Table): boolean {
    const lines = table.raw.split('\n');
    const rows = table.rows.length - 1;
    if (rows < 1 || lines.length < 3) {
      return false;
    }
    const known = this.#open?.kind === 'table' ? this.#open.head : null;
    const head = known ?? `${lines[0]}\n${lines[1]}\n`;
    const body = lines.slice(2, 2 + rows).join('\n').length + 1;
    const before = known === null ? this.#tail.indexOf(table.raw) + head.length : 0;
    this.#clearLive();
    this.#intoOpen({ ...table, rows: table.rows.slice(0, rows) }, 'table', head);
    this.#tail = this.#tail.slice(before + body);
    return true;
  }

  /** Adds items or rows to the list or table that is open, or opens one with them. */
  #intoOpen(token: Token, kind: 'list' | 'table', head = ''): void {
    const children = this.#partsOf(token, kind);
    if (this.#open?.kind === kind) {
      this.#open.element.append(...children);
      this.#adopt(children);
      return;
    }
    const made = [...sanitise(toHtml([token])).childNodes];
    this.#adopt(made);
    const first = made[0] as Element;
    this.#open =
      kind === 'list'
        ? { kind, element: first }
        : { kind, element: first.querySelector('tbody') ?? first, head };
  }

  #partsOf(token: Token, kind: 'list' | 'table'): ChildNode[] {
    const [made] = [...sanitise(toHtml([token])).childNodes] as Element[];
    return [...((kind === 'list' ? made : made?.querySelector('tbody'))?.childNodes ?? [])];
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
    const tokens = lex(growing ? remend(source) : source, this.#links);
    this.#live = this.#render(tokens).flat();
  }

  /** Makes nodes and puts them where they belong: into what is open, or to the end. */
  #render(tokens: Token[]): ChildNode[][] {
    const all: ChildNode[][] = [];
    for (const token of tokens) {
      if (token.type === 'space' || token.type === 'def') {
        continue;
      }
      const open = this.#open;
      const goesOn = all.length === 0 && open !== null && open.kind === token.type;
      let nodes: ChildNode[];
      if (goesOn && open.kind !== 'code') {
        nodes = this.#partsOf(token, open.kind);
        open.element.append(...nodes);
      } else {
        nodes = [...sanitise(toHtml([token])).childNodes];
        this.#root.append(...nodes);
      }
      all.push(nodes);
      this.#mayWait(token, nodes);
    }
    return all;
  }

  #clearLive(): void {
    for (const node of this.#live) {
      node.remove();
    }
    this.#live = [];
  }

  /** These nodes stay. */
  #adopt(nodes: ChildNode[]): void {
    if (nodes.some((node) => node.parentNode === null)) {
      this.#root.append(...nodes);
    }
    for (const node of nodes) {
      if (node instanceof Element) {
        this.#root.dispatchEvent(new CustomEvent('settled', { detail: node, bubbles: true }));
      }
    }
  }

  #mayWait(token: Token, nodes: ChildNode[]): void {
    if (/\[[^\]]+\]/.test(token.raw) && this.#waiting.length < MOST_WAITING && this.#open === null) {
      this.#waiting.push({ raw: token.raw, nodes, links: Object.keys(this.#links).length });
    }
  }

  /** A link can be defined below its use. */
  #resolveLinks(): void {
    const known = Object.keys(this.#links).length;
    for (const { raw, nodes, links } of this.#waiting) {
      const [first] = nodes;
      if (links < known && first?.parentNode === this.#root) {
        const again = [...sanitise(toHtml(lex(raw, this.#links))).childNodes];
        (first as Element).before(...again);
        nodes.forEach((node) => node.remove());
        this.#adopt(again);
      }
    }
    this.#waiting = [];
  }
}
