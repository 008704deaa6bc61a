import { strings } from '../strings.js';
import { turn } from '../turn.js';
import { colours } from './colours.js';
import { sanitise } from './sanitise.js';

/** Lines that lie in an element of their own, so that a long block is not laid out as a whole. */
const LINES_TOGETHER = 50;

/** Longer code is left in one colour. */
const LONGEST_COLOURED = 100_000;

/** Code whose fence is not closed yet. Lines are added and never looked at again. */
export interface OpenCode {
  readonly element: HTMLElement;
  /** What follows the opening line. */
  readonly rest: string;
  /** The last line, which may still become the closing fence. */
  held: string;
  /**
   * Takes complete lines.
   *
   * @returns what follows the closing fence, or null when it did not come
   */
  take(text: string): string | null;
  /** Shows the line that is not complete. */
  show(line: string): void;
}

/** The code that a token begins, if its fence has a complete opening line and no closing one. */
export function openCode(raw: string): OpenCode | null {
  const opening = /^( {0,3})(`{3,}|~{3,})([^\n]*)\n/.exec(raw);
  if (!opening || (opening[2]![0] === '`' && opening[3]!.includes('`'))) {
    return null;
  }
  const indent = opening[1]!.length;
  const fence = opening[2]!;
  const rest = raw.slice(opening[0].length);
  const isClosing = (line: string): boolean => {
    const found = /^ {0,3}([`~]{3,})[ \t]*$/.exec(line);
    return found !== null && found[1]!.startsWith(fence) && new Set(found[1]).size === 1;
  };
  if (rest.split('\n').slice(0, -1).some(isClosing)) {
    return null;
  }
  const element = frame(opening[3]!.match(/\S+/)?.[0] ?? '');
  const code = element.querySelector('code')!;
  const partial = document.createTextNode('');
  let group: Text | null = null;
  let lines = 0;
  const add = (text: string): void => {
    if (group === null || lines >= LINES_TOGETHER) {
      const block = document.createElement('span');
      block.className = 'lines';
      group = document.createTextNode('');
      lines = 0;
      block.append(group);
      code.append(block);
    }
    group.appendData(text);
    lines++;
  };
  const unindent = (line: string): string => (indent === 0 ? line : line.replace(new RegExp(`^ {0,${indent}}`), ''));
  return {
    element,
    rest,
    held: '',
    take(text: string): string | null {
      let from = 0;
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
        const line = text.slice(from, end);
        from = end + 1;
        if (isClosing(line)) {
          partial.remove();
          return text.slice(from);
        }
        add(`${unindent(line)}\n`);
      }
      this.held = text.slice(from);
      return null;
    },
    show(line: string): void {
      // A fence in the making is no code.
      partial.data = /^ {0,3}[`~]+$/.test(line) ? '' : unindent(line);
      code.append(partial);
    },
  };
}

/** @param last a line without its end */
export function finishCode(open: OpenCode, last: string): void {
  if (last !== '') {
    const closed = open.take(`${last}\n`) !== null;
    if (!closed) {
      open.show('');
    }
  }
  open.element.dispatchEvent(new CustomEvent('settled', { detail: open.element, bubbles: true }));
}

function frame(lang: string): HTMLElement {
  const element = document.createElement('div');
  element.className = 'code';
  element.dataset.lang = lang;
  const pre = document.createElement('pre');
  pre.append(document.createElement('code'));
  element.append(pre);
  return element;
}

/** Gives a block of code its bar, and its colours when there is time. */
export function dressCode(block: HTMLElement): void {
  if (block.querySelector('.code-bar')) {
    return;
  }
  const lang = block.dataset.lang ?? '';
  const bar = document.createElement('div');
  bar.className = 'code-bar';
  const name = document.createElement('span');
  name.textContent = lang;
  const copy = document.createElement('button');
  copy.type = 'button';
  copy.className = 'quiet';
  copy.textContent = strings().copy;
  copy.addEventListener('click', () => void copyText(copy, block.querySelector('code')?.textContent ?? ''));
  bar.append(name, copy);
  block.prepend(bar);
  const pre = block.querySelector('pre');
  if (pre) {
    // Long lines are scrolled, also from the keyboard.
    pre.tabIndex = 0;
    pre.setAttribute('role', 'group');
    pre.setAttribute('aria-label', strings().codeIn(lang));
  }
  const text = block.querySelector('code')?.textContent ?? '';
  if (lang !== '' && text.length <= LONGEST_COLOURED) {
    void colour(block, lang, text);
  }
}

async function colour(block: HTMLElement, lang: string, text: string): Promise<void> {
  const pieces = (await colours(text, lang, LINES_TOGETHER)) ?? [];
  const code = block.querySelector('code');
  // Code that came bit by bit lies in as many elements as there are pieces.
  const places = code && code.childElementCount === pieces.length ? [...code.children] : [];
  const made: Node[] = [];
  for (const [i, piece] of pieces.entries()) {
    const coloured = sanitise(piece);
    if (places[i]) {
      places[i].replaceChildren(coloured);
    } else {
      made.push(coloured);
    }
    await turn();
  }
  if (made.length > 0) {
    code?.replaceChildren(...made);
  }
}

/** Copies, and says so on the button for a moment. */
export async function copyText(button: HTMLElement, text: string): Promise<void> {
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = strings().copied;
  } catch {
    button.textContent = strings().notCopied;
  }
  setTimeout(() => (button.textContent = before), 1600);
}
