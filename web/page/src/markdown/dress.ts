import { dressCode } from './code.js';

/** Longest TeX that is typeset. */
const LONGEST_TEX = 5000;

/** Gives what has settled what it needs to be used: bars, colours, formulas. */
export function dress(settled: Element): void {
  for (const block of within(settled, '.code')) {
    dressCode(block);
  }
  for (const table of within(settled, '.table')) {
    table.tabIndex = 0;
  }
  const formulas = within(settled, '.math').filter(({ dataset }) => (dataset.tex ?? '').length <= LONGEST_TEX);
  if (formulas.length > 0) {
    void import('./math.js').then(({ typeset }) => formulas.forEach(typeset));
  }
}

function within(element: Element, selector: string): HTMLElement[] {
  const found = [...element.querySelectorAll<HTMLElement>(selector)];
  return element.matches(selector) ? [element as HTMLElement, ...found] : found;
}
