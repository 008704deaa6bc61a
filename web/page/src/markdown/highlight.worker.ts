import hljs from 'highlight.js/lib/core';
import bash from 'highlight.js/lib/languages/bash';
import c from 'highlight.js/lib/languages/c';
import cpp from 'highlight.js/lib/languages/cpp';
import csharp from 'highlight.js/lib/languages/csharp';
import css from 'highlight.js/lib/languages/css';
import diff from 'highlight.js/lib/languages/diff';
import dockerfile from 'highlight.js/lib/languages/dockerfile';
import go from 'highlight.js/lib/languages/go';
import ini from 'highlight.js/lib/languages/ini';
import java from 'highlight.js/lib/languages/java';
import javascript from 'highlight.js/lib/languages/javascript';
import json from 'highlight.js/lib/languages/json';
import kotlin from 'highlight.js/lib/languages/kotlin';
import markdown from 'highlight.js/lib/languages/markdown';
import php from 'highlight.js/lib/languages/php';
import python from 'highlight.js/lib/languages/python';
import ruby from 'highlight.js/lib/languages/ruby';
import rust from 'highlight.js/lib/languages/rust';
import sql from 'highlight.js/lib/languages/sql';
import swift from 'highlight.js/lib/languages/swift';
import typescript from 'highlight.js/lib/languages/typescript';
import xml from 'highlight.js/lib/languages/xml';
import yaml from 'highlight.js/lib/languages/yaml';
import type { Coloured, Uncoloured } from './colours.js';

const languages = {
  bash,
  c,
  cpp,
  csharp,
  css,
  diff,
  dockerfile,
  go,
  ini,
  java,
  javascript,
  json,
  kotlin,
  markdown,
  php,
  python,
  ruby,
  rust,
  sql,
  swift,
  typescript,
  xml,
  yaml,
};

for (const [name, language] of Object.entries(languages)) {
  hljs.registerLanguage(name, language);
}

/** Markup with colours, yet to be sanitised, in pieces of so many lines; null for a language that nobody knows here. */
function highlight({ text, lang, lines }: Uncoloured): string[] | null {
  if (!hljs.getLanguage(lang)) {
    return null;
  }
  const { value } = hljs.highlight(text, { language: lang, ignoreIllegals: true });
  const pieces: string[] = [];
  const open: string[] = [];
  let piece = '';
  let count = 0;
  for (const line of value.split(/(?<=\n)/)) {
    piece += line;
    count++;
    for (const [tag] of line.matchAll(/<[^>]+>/g)) {
      if (tag === '</span>') {
        open.pop();
      } else {
        open.push(tag);
      }
    }
    if (count === lines) {
      // What goes on behind the cut is closed here and opened again there.
      pieces.push(piece + '</span>'.repeat(open.length));
      piece = open.join('');
      count = 0;
    }
  }
  return count === 0 ? pieces : [...pieces, piece];
}

addEventListener('message', ({ data }: MessageEvent<Uncoloured>) => {
  const coloured: Coloured = { id: data.id, pieces: highlight(data) };
  postMessage(coloured);
});
