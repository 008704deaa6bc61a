// Writes an answer of 50,000 tokens, of what the short ones are made of.
import { readFileSync, writeFileSync } from 'node:fs';

const parts = ['river', 'code', 'arabic'].map((name) =>
  readFileSync(new URL(`answers/${name}.md`, import.meta.url), 'utf8'),
);
const list = Array.from(
  { length: 60 },
  (_, i) => `${i + 1}. A line of a list that is **rather** long, and not the last.\n`,
).join('');
const paragraph = `${'A sentence among many others, which nobody will ever read to its end. '.repeat(90)}\n`;
let text = '';
// The simulator cuts a text into some four characters a token.
for (let chapter = 1; text.length < 50_000 * 4.6; chapter++) {
  text += `# Chapter ${chapter}\n\n${parts.join('\n')}\n${list}\n${paragraph}\n`;
}
writeFileSync(process.argv[2], `${text}The very last words.\n`);
