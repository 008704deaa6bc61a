import temml from 'temml';

/** Puts MathML where TeX is. What is not TeX stays as it was written. */
export function typeset(element: HTMLElement): void {
  const tex = element.dataset.tex ?? '';
  const made = document.createElement('span');
  try {
    temml.render(tex, made, {
      displayMode: element.dataset.display === 'true',
      throwOnError: true,
      trust: false,
      maxExpand: 500,
    });
    element.replaceChildren(...made.childNodes);
    element.classList.add('typeset');
  } catch {
    element.classList.add('raw');
  }
}
