import DOMPurify from 'dompurify';

const words = (list: string): string[] => list.split(' ');

const ALLOWED = {
  ALLOWED_TAGS: words(
    'a blockquote br code del div em h1 h2 h3 h4 h5 h6 hr img li ol p pre span strong table tbody td th thead tr ul',
  ),
  ALLOWED_ATTR: words('alt class data-align data-display data-lang data-tex dir href rel src start target title'),
  // Attributes whose values are no addresses.
  ADD_URI_SAFE_ATTR: ['data-align', 'data-display', 'data-lang', 'data-tex', 'dir', 'rel', 'start', 'target'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/(?:png|jpeg|gif|webp);)/i,
  RETURN_DOM_FRAGMENT: true as const,
};

/** The only way from markup to nodes. */
export function sanitise(html: string): DocumentFragment {
  return DOMPurify.sanitize(html, ALLOWED);
}
