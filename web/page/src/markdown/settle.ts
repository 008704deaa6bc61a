import type { Token } from './parse.js';

const LONGEST_PARAGRAPH = 3000;
const ROOM = 700;

/**
 * How many tokens, from the first on, no later text can change: those behind which another block has
 * a complete line. A block right behind another one may still turn out to be a part of it, as
 * `2` becomes the `2.` of a list, and `-` the underline of a heading.
 */
export function whatIsSettled(tokens: Token[]): number {
  for (let i = tokens.length - 1; i > 0; i--) {
    const token = tokens[i]!;
    if (token.type !== 'space' && (i < tokens.length - 1 || token.raw.includes('\n'))) {
      return i;
    }
  }
  return 0;
}

/**
 * Where a paragraph that is too long goes on in another one, or 0. Depends on the text up to there
 * alone, so it is the same however the text arrived; and what follows begins with a letter, so it
 * can be nothing but a paragraph.
 */
export function cutLong(paragraph: string): number {
  if (paragraph.length < LONGEST_PARAGRAPH + ROOM + 100) {
    return 0;
  }
  const room = paragraph.slice(LONGEST_PARAGRAPH, LONGEST_PARAGRAPH + ROOM + 2);
  for (const pattern of [/[.!?…。！？]["”’)»]*\s+(?=\p{L})/u, /\s+(?=\p{L})/u, /(?<=\p{L})(?=\p{L})/u]) {
    const found = pattern.exec(room);
    if (found) {
      return LONGEST_PARAGRAPH + found.index + found[0].length;
    }
  }
  return 0;
}
