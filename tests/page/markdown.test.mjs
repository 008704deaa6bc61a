// Markdown that grows: the same however it is cut, the same as if it had come at once, and no dearer at the end.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { modules, startBrowser, stopBrowser } from './stage.mjs';

before(startBrowser);
after(stopBrowser);

const folder = new URL('answers/', import.meta.url);
const written = readdirSync(folder).map((name) => readFileSync(new URL(name, folder), 'utf8'));

/** Documents whose beginnings mislead. */
const tricky = [
  'Title\n===\n\nText\n---\n\nMore',
  '1. one\n\n2. two\n\n   still two\n\n10. ten\n\nend',
  '- a\n- b\n\n- c\n  - d\n    - e\n\n  f\n\ng',
  '- [ ] open\n- [x] done\n',
  'para\n- item\n- item\npara?\n\n> quote\nlazy\n\n> other',
  '```js\nlet a = 1;\n\n\nlet b = `x`;\n```\nafter\n~~~\ntilde ``` inside\n~~~~\n',
  '  ```py\n  indented\n    more\n  ```\n\n````\n```\ninner\n```\n````\n',
  '```\nnever closed\nmore',
  '| a | b |\n|---|:-:|\n| 1 | 2 |\n| 3 | `4|` |\nnot a row\n\n| x |\n|---|\n',
  'See [the docs][d] and [d] and [unknown].\n\n- item with [d]\n\n[d]: https://example.com/docs "Docs"\n',
  'A *b **c** d* _e_ __f__ ~~g~~ `h` <b>i</b> &amp; j\\*k\n\n***\n\n    indented code\n\n    more of it\n\nend',
  'Price $5 and $6, but $a+b$ and $$c^2$$ and \\(d\\).\n\n$$\n\\int_0^1 x\n$$\n\n\\[\ne\n\\]\n',
  'line one  \nline two\\\nline three\n\n# H1 #\n## H2\n###### H6\n',
  'Windows\r\nline ends\r\n\r\n- a\r\n- b\r\n\r\n```\r\ncode\r\n```\r\n',
  'a\n\n<div>\nblock\n\nhtml</div>\n\n<!-- comment\n\nstill -->\n\nz',
  '![p](https://example.com/a.png) ![q](data:image/png;base64,AAAA) https://example.com/auto <https://example.com>\n',
  'emoji 👩‍🚀 and 漢字\n\nالعربية **غامق**\n',
];

/** What grows longer than anybody writes by hand. */
const long = [
  Array.from({ length: 200 }, (_, i) => `${i + 1}. item **${i}** of a long list, with some words\n`).join(''),
  `| n | square |\n|---:|---|\n${Array.from({ length: 300 }, (_, i) => `| ${i} | **${i * i}** |\n`).join('')}\nend`,
  `${'A sentence that goes on and on, and *on*. '.repeat(400)}\n\nend`,
  '漢字かな交じり文は空白がない'.repeat(900),
  `\`\`\`js\n${'const a = 1; // line\n'.repeat(600)}\`\`\`\n\nend`,
];

const grow = (page, document, cuts) =>
  page.evaluate(
    ([text, seed]) => {
      const root = globalThis.document.createElement('div');
      globalThis.document.body.replaceChildren(root);
      const view = new modules.MarkdownView(root);
      let state = seed;
      const random = () => (state = (state * 1103515245 + 12345) % 2147483648) / 2147483648;
      for (let from = 0; from < text.length; ) {
        const to = seed === 0 ? text.length : seed === 1 ? from + 1 : from + 1 + Math.floor(random() * 30);
        view.append(text.slice(from, to));
        from = to;
      }
      view.finish();
      // How lines of code and blocks are held together is no part of what is shown.
      root.querySelectorAll('.lines, .part').forEach((together) => together.replaceWith(...together.childNodes));
      root.normalize();
      return root.innerHTML;
    },
    [document, cuts],
  );

/** Says where two texts part, since they are long. */
const same = (actual, expected, what) => {
  if (actual !== expected) {
    let at = 0;
    while (actual[at] === expected[at]) {
      at++;
    }
    const around = (text) => text.slice(Math.max(0, at - 120), at + 120);
    assert.fail(`${what}\n  is: …${around(actual)}…\n  expected: …${around(expected)}…`);
  }
};

test('however it is cut, it is the same', async (t) => {
  const page = await modules(t);
  for (const document of [...written, ...tricky]) {
    const once = await grow(page, document, 0);
    for (const cuts of [1, 2, 3, 4, 5]) {
      same(await grow(page, document, cuts), once, `cut by ${cuts}: ${JSON.stringify(document.slice(0, 200))}`);
    }
  }
  for (const document of long) {
    const once = await grow(page, document, 0);
    for (const cuts of [7, 8]) {
      same(await grow(page, document, cuts), once, `cut by ${cuts}: ${JSON.stringify(document.slice(0, 200))}`);
    }
  }
});

test('it is what the whole text parsed at once would be', async (t) => {
  const page = await modules(t);
  for (const document of [...written, ...tricky, ...long.filter((_, i) => i !== 2 && i !== 3)]) {
    const parsed = await page.evaluate(
      (text) => {
        const root = globalThis.document.createElement('div');
        root.append(modules.sanitise(modules.toHtml(modules.lex(text, Object.create(null)))));
        root.childNodes.forEach((node) => node.nodeType === Node.TEXT_NODE && node.remove());
        return root.innerHTML;
      },
      document.replace(/\r\n?/g, '\n'),
    );
    same(await grow(page, document, 3), parsed, JSON.stringify(document.slice(0, 200)));
  }
});

test('a prefix never throws, and blocks that are finished are never made again', async (t) => {
  const page = await modules(t);
  const remade = await page.evaluate(
    (documents) => {
      let count = 0;
      for (const text of documents) {
        const root = document.createElement('div');
        document.body.replaceChildren(root);
        const view = new modules.MarkdownView(root);
        const settled = new Set();
        root.addEventListener('settled', (e) => settled.add(e.detail));
        for (const c of text) {
          view.append(c);
          count += [...settled].filter((node) => !node.isConnected).length;
        }
      }
      return count;
    },
    [...written, ...tricky].map((text) => text.slice(0, 3000)),
  );
  assert.equal(remade, 0);
});

/** Characters that arrive together. */
const PIECE = 40;

test('the last piece of a long answer costs what the first one did', async (t) => {
  const page = await modules(t);
  const list = long[0].split('\n').slice(0, 40).join('\n');
  const words = `${written.join('\n\n')}\n\n${list}\n\nand so `;
  // A whole number of pieces, so that every chapter is cut where the others are.
  const chapter = `${words.padEnd(Math.ceil((words.length + 2) / PIECE) * PIECE - 2, 'on ')}\n\n`;
  const work = await page.evaluate(
    ([text, piece]) => {
      const { Lexer, MarkdownView } = globalThis.modules;
      const tenths = Array.from({ length: 10 }, () => ({ lexed: 0, nodes: 0, ms: 0 }));
      let now = tenths[0];
      // Every character that is looked at once more counts once more.
      for (const name of ['blockTokens', 'inlineTokens']) {
        const real = Lexer.prototype[name];
        Lexer.prototype[name] = function (source, ...rest) {
          now.lexed += source.length;
          return real.call(this, source, ...rest);
        };
      }
      const root = document.createElement('div');
      document.body.replaceChildren(root);
      const changes = new MutationObserver(() => {});
      changes.observe(root, { childList: true, subtree: true });
      const view = new MarkdownView(root);
      // Ten times the same, so that each tenth is as much work as any other.
      const total = text.repeat(20);
      for (let from = 0; from < total.length; from += piece) {
        now = tenths[Math.floor((10 * from) / total.length)];
        const start = performance.now();
        view.append(total.slice(from, from + piece));
        now.ms += performance.now() - start;
        now.nodes += changes.takeRecords().reduce((sum, r) => sum + r.addedNodes.length + r.removedNodes.length, 0);
      }
      return { tenths, pieces: total.length / 10 / piece, chars: total.length };
    },
    [chapter, PIECE],
  );
  const { tenths, pieces, chars } = work;
  const of = (name) => tenths.map((tenth) => tenth[name] / pieces);
  const shown = (name, digits = 0) =>
    of(name)
      .map((n) => n.toFixed(digits))
      .join(' ');
  t.diagnostic(`${chars} characters, ${PIECE} at a time; in each tenth of the answer, for each piece`);
  t.diagnostic(
    `characters looked at: ${shown('lexed')}; nodes added or removed: ${shown('nodes', 1)}; µs: ${of('ms')
      .map((ms) => (1000 * ms).toFixed(0))
      .join(' ')}`,
  );
  for (const name of ['lexed', 'nodes']) {
    const [first, ...others] = of(name);
    assert.ok(
      others.every((n) => n < first * 1.05),
      `${name} grows: ${shown(name, 1)}`,
    );
  }
});

test('times are added up in the same room however long it takes', async (t) => {
  const page = await modules(t);
  const timeline = await page.evaluate(() => {
    const line = modules.newTimeline();
    for (let i = 0; i < 5000; i++) {
      modules.mark(line, 400 + i * 37 + (i > 2000 ? 3000 : 0), 'text');
    }
    return line;
  });
  assert.equal(timeline.first, 400);
  assert.equal(timeline.deltas, 5000);
  assert.equal(timeline.stalls.length, 1);
  assert.equal(Math.round(timeline.longestGap), 3037);
  assert.ok(timeline.bins.length <= 240);
  assert.equal(
    timeline.bins.reduce((a, b) => a + b),
    5000,
  );
});

test('an export comes back under new names and without what it should not hold', async (t) => {
  const page = await modules(t);
  const back = await page.evaluate(() => {
    const conversation = { ...modules.newConversation(), title: 'T', chosen: { '': 'q' } };
    const question = {
      kind: 'question',
      id: 'q',
      conversation: conversation.id,
      parent: null,
      created: 1,
      text: 'Q',
      images: ['javascript:1', 'data:image/png;base64,AA'],
    };
    const answer = {
      kind: 'answer',
      id: 'a',
      conversation: conversation.id,
      parent: 'q',
      created: 2,
      round: 'r',
      state: 'streaming',
      streamId: 'secret',
      text: 'A',
      toolCalls: [3],
      timeline: { bins: ['x'] },
    };
    const [found] = modules.fromExport(modules.toJson([{ conversation, entries: [question, answer] }]));
    return { found, steps: modules.steps(found.conversation, found.entries) };
  });
  const [question, answer] = back.found.entries;
  assert.notEqual(question.id, 'q');
  assert.equal(answer.parent, question.id);
  assert.deepEqual(question.images, ['data:image/png;base64,AA']);
  assert.equal(answer.state, 'lost');
  assert.equal(answer.streamId, null);
  assert.equal(back.steps[0].chosen.text, 'A');
});
