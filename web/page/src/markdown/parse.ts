import { Lexer, Marked, type Token, type Tokens } from 'marked';
import { strings } from '../strings.js';

const SAFE_LINK = /^(?:https?:|mailto:)/i;
const DATA_IMAGE = /^data:image\/(?:png|jpeg|gif|webp);/i;

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}

/** TeX in the delimiters that models use. A lone dollar is a price most of the time. */
const math = [
  {
    name: 'mathBlock',
    level: 'block' as const,
    start: (src: string) => src.match(/(?:^|\n)(?:\$\$|\\\[)/)?.index,
    tokenizer(src: string): Tokens.Generic | undefined {
      const found =
        /^ {0,3}\$\$((?:(?!\n[ \t]*\n)[^])+?)\$\$[ \t]*(?:\n|$)/.exec(src) ??
        /^ {0,3}\\\[((?:(?!\n[ \t]*\n)[^])+?)\\\][ \t]*(?:\n|$)/.exec(src);
      return found ? { type: 'mathBlock', raw: found[0], text: found[1]!.trim() } : undefined;
    },
    renderer: (token: Tokens.Generic) =>
      `<div class="math" data-tex="${escaped(token.text)}" data-display="true">${escaped(token.raw.trim())}</div>`,
  },
  {
    name: 'mathInline',
    level: 'inline' as const,
    start: (src: string) => src.match(/\$|\\\(|\\\[/)?.index,
    tokenizer(src: string): Tokens.Generic | undefined {
      const found =
        /^\$\$((?:\\[^]|[^$\\])+?)\$\$/.exec(src) ??
        /^\$(?![\s$])((?:\\[^]|[^$\\\n])*?(?:\\[^]|[^\s$\\]))\$(?![\d$])/.exec(src) ??
        /^\\\(((?:(?!\\\))[^])+?)\\\)/.exec(src) ??
        /^\\\[((?:(?!\\\])[^])+?)\\\]/.exec(src);
      return found ? { type: 'mathInline', raw: found[0], text: found[1]!.trim() } : undefined;
    },
    renderer: (token: Tokens.Generic) =>
      `<span class="math" data-tex="${escaped(token.text)}">${escaped(token.raw)}</span>`,
  },
];

const marked = new Marked({ gfm: true, extensions: math });

marked.use({
  renderer: {
    // What a model writes is text, whatever it looks like.
    html: ({ text, block }: Tokens.HTML | Tokens.Tag) =>
      block ? `<p dir="auto">${escaped(text.trim())}</p>` : escaped(text),
    heading({ tokens, depth }) {
      // The page's own heading is the first one.
      const level = Math.min(6, depth + 1);
      return `<h${level} dir="auto">${this.parser.parseInline(tokens)}</h${level}>`;
    },
    paragraph({ tokens }) {
      return `<p dir="auto">${this.parser.parseInline(tokens)}</p>`;
    },
    blockquote({ tokens }) {
      return `<blockquote dir="auto">${this.parser.parse(tokens)}</blockquote>`;
    },
    list(token) {
      const tag = token.ordered ? 'ol' : 'ul';
      const start = token.ordered && token.start !== 1 ? ` start="${token.start}"` : '';
      return `<${tag} dir="auto"${start}>${token.items.map((item) => this.listitem(item)).join('')}</${tag}>`;
    },
    listitem(item) {
      // Whether an item is loose depends on itself alone, so that later items change nothing.
      const blocks = item.tokens.filter(({ type }) => type !== 'space' && type !== 'checkbox');
      const paragraphs = blocks.filter(({ type }) => type === 'paragraph' || type === 'text');
      const tight = paragraphs.length <= 1;
      const inner = blocks.map((token) => {
        if (token.type !== 'paragraph' && token.type !== 'text') {
          return this.parser.parse([token]);
        }
        const text = this.parser.parseInline((token as Tokens.Text).tokens ?? [token]);
        return tight ? text : `<p dir="auto">${text}</p>`;
      });
      const box = item.task ? `<span class="task">${item.checked ? '☑' : '☐'}</span> ` : '';
      return `<li dir="auto">${box}${inner.join('')}</li>`;
    },
    checkbox: () => '',
    table(token) {
      const row = (cells: Tokens.TableCell[], tag: string): string =>
        `<tr>${cells
          .map(({ tokens, align }) => {
            const where = align ? ` data-align="${align}"` : '';
            return `<${tag} dir="auto"${where}>${this.parser.parseInline(tokens)}</${tag}>`;
          })
          .join('')}</tr>`;
      const body = token.rows.map((cells) => row(cells, 'td')).join('');
      return `<div class="table"><table><thead>${row(token.header, 'th')}</thead><tbody>${body}</tbody></table></div>`;
    },
    code: ({ text, lang }) =>
      `<div class="code" data-lang="${escaped(lang?.match(/\S+/)?.[0] ?? '')}"><pre><code>${escaped(text)}\n</code></pre></div>`,
    link({ href, title, tokens }) {
      const text = this.parser.parseInline(tokens);
      if (!SAFE_LINK.test(href)) {
        return text;
      }
      const hint = title ? `${title} (${href})` : href;
      return `<a href="${escaped(href)}" title="${escaped(hint)}" target="_blank" rel="noopener noreferrer nofollow">${text}</a>`;
    },
    // A picture's address can carry away what was said, so nothing is fetched by itself.
    image({ href, text }) {
      if (DATA_IMAGE.test(href)) {
        return `<img src="${escaped(href)}" alt="${escaped(text)}">`;
      }
      if (!/^https?:/i.test(href)) {
        return escaped(text);
      }
      return `<a class="picture" href="${escaped(href)}" title="${escaped(href)}" target="_blank" rel="noopener noreferrer nofollow">${escaped(strings().remoteImage(text, hostOf(href)))}</a>`;
    },
  },
});

function hostOf(href: string): string {
  try {
    return new URL(href).host;
  } catch {
    return href;
  }
}

export type Links = Lexer['tokens']['links'];
export type { Token, Tokens };

/** @param links what is defined elsewhere; what this text defines is no part of it yet */
export function lex(source: string, links: Links): Token[] {
  const lexer = new Lexer(marked.defaults);
  lexer.tokens.links = Object.assign(Object.create(null), links);
  return lexer.lex(source);
}

/** The blocks of a text, without a look inside them. */
export function lexBlocks(source: string): Token[] {
  return new Lexer(marked.defaults).blockTokens(source, []);
}

/** Markup that is yet to be sanitised. */
export function toHtml(tokens: Token[]): string {
  return marked.parser(tokens);
}
