import { html, svg, type TemplateResult } from 'lit';

const paths = {
  plus: svg`<path d="M10 4v12M4 10h12"/>`,
  menu: svg`<path d="M3.5 6h13M3.5 10h13M3.5 14h13"/>`,
  search: svg`<circle cx="9" cy="9" r="5"/><path d="m13 13 3.5 3.5"/>`,
  send: svg`<path d="M10 16V4.5M5 9.5l5-5 5 5"/>`,
  stop: svg`<rect x="5.5" y="5.5" width="9" height="9" rx="1.5" fill="currentColor"/>`,
  copy: svg`<rect x="7" y="7" width="9" height="9" rx="2"/><path d="M13 4.5A1.5 1.5 0 0 0 11.5 4H6a2 2 0 0 0-2 2v5.5c0 .6.2 1 .5 1.2"/>`,
  edit: svg`<path d="m12.5 5 2.5 2.5M4.5 15.5l.6-3L13 4.6a1.4 1.4 0 0 1 2 0l.4.4a1.4 1.4 0 0 1 0 2l-7.9 7.9z"/>`,
  again: svg`<path d="M15.5 9.5A5.6 5.6 0 1 0 14 14M15.8 5.5v4h-4"/>`,
  settings: svg`<path d="M4 6.5h6M14 6.5h2M4 13.5h2M10 13.5h6"/><circle cx="12" cy="6.5" r="1.8"/><circle cx="8" cy="13.5" r="1.8"/>`,
  compare: svg`<rect x="3.5" y="4.5" width="5.5" height="11" rx="1.5"/><rect x="11" y="4.5" width="5.5" height="11" rx="1.5"/>`,
  picture: svg`<rect x="3.5" y="4.5" width="13" height="11" rx="2"/><circle cx="7.5" cy="8.3" r="1.2"/><path d="m4 14 3.5-3 2.5 2 3-3.2 3.3 3.4"/>`,
  close: svg`<path d="m5.5 5.5 9 9M14.5 5.5l-9 9"/>`,
  left: svg`<path d="m12 5-5 5 5 5"/>`,
  right: svg`<path d="m8 5 5 5-5 5"/>`,
  down: svg`<path d="M10 4.5V15M5.5 10.5 10 15l4.5-4.5"/>`,
  chevron: svg`<path d="m6 8 4 4 4-4"/>`,
  more: svg`<circle cx="5" cy="10" r="1" fill="currentColor"/><circle cx="10" cy="10" r="1" fill="currentColor"/><circle cx="15" cy="10" r="1" fill="currentColor"/>`,
  wire: svg`<path d="M3 10h3l1.8-4.5 3.4 9L13 10h4"/>`,
  tool: svg`<path d="m7 6-4 4 4 4M13 6l4 4-4 4"/>`,
  check: svg`<path d="m5 10.5 3.5 3.5 7-8"/>`,
  alert: svg`<path d="M10 6.5v4.2M10 13.4v.1"/><circle cx="10" cy="10" r="6.8"/>`,
} as const;

/** A picture of what a button does. Its words are the button's own. */
export function icon(name: keyof typeof paths): TemplateResult {
  return html`<svg class="icon" viewBox="0 0 20 20" aria-hidden="true">${paths[name]}</svg>`;
}
