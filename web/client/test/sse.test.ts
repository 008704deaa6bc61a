import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { SseDecoder, type SseEvent, SseLimitError } from 'firsttoken/sse';

// What the tests of WPT's eventsource/ folder and of eventsource-parser are about, said in our words.

const utf8 = new TextEncoder();

type Expected = Partial<SseEvent> & { data: string };

const event = ({ data, event = 'message', id = '' }: Expected): SseEvent => ({ event, data, id });

function decode(parts: Uint8Array[]): SseEvent[] {
  const decoder = new SseDecoder();
  return parts.flatMap((part) => decoder.feed(part));
}

const bytes = (input: string | Uint8Array): Uint8Array => (typeof input === 'string' ? utf8.encode(input) : input);

/** Whole, byte by byte, and cut in two at every place. */
function holds(name: string, input: string | Uint8Array, expected: Expected[]): void {
  test(name, () => {
    const whole = bytes(input);
    const wanted = expected.map(event);
    assert.deepEqual(decode([whole]), wanted);
    assert.deepEqual(decode([...whole].map((byte) => Uint8Array.of(byte))), wanted);
    for (let cut = 0; cut <= whole.length; cut++) {
      assert.deepEqual(decode([whole.subarray(0, cut), whole.subarray(cut)]), wanted, `cut at ${cut}`);
    }
  });
}

describe('byte order marks', () => {
  holds('one in front is no part of the stream', '\uFEFFdata:1\n\ndata:2\n\n', [{ data: '1' }, { data: '2' }]);
  holds('a second one is', '\uFEFF\uFEFFdata:1\n\ndata:2\n\n', [{ data: '2' }]);
  holds('one in the middle makes another field', 'data:1\n\n\uFEFFdata:2\n\ndata:3\n\n', [
    { data: '1' },
    { data: '3' },
  ]);
});

describe('line ends', () => {
  for (const [name, end] of [
    ['LF', '\n'],
    ['CR', '\r'],
    ['CRLF', '\r\n'],
  ] as const) {
    holds(name, ['data: a', 'data: b', '', 'event: done', 'data: c', '', ''].join(end), [
      { data: 'a\nb' },
      { event: 'done', data: 'c' },
    ]);
  }
  holds('all of them mixed', 'data:test\r\ndata\ndata:test\r\n\r\n', [{ data: 'test\n\ntest' }]);
  holds('a line end and another kind are two', 'data:1\n\rdata:2\r\n\r\n', [{ data: '1' }, { data: '2' }]);
  holds('CR CR LF is an empty line', 'data:1\r\r\ndata:2\r\r\n', [{ data: '1' }, { data: '2' }]);
  holds('no other character ends a line', 'data:a\u2028b\u0085c\vd\fe\n\n', [{ data: 'a\u2028b\u0085c\vd\fe' }]);

  test('CR ends an event without waiting for what follows', () => {
    const decoder = new SseDecoder();
    assert.deepEqual(decoder.feed(bytes('data:1\r\r')), [event({ data: '1' })]);
    assert.deepEqual(decoder.feed(bytes('\ndata:2\r\r')), [event({ data: '2' })]);
  });
});

describe('fields', () => {
  holds('no data, no event', 'event: a\n\nid: 1\n\n\n\n', []);
  holds('data without a value is an empty text', 'data:\n\ndata\ndata\n\ndata:test\n\n', [
    { data: '' },
    { data: '\n' },
    { data: 'test' },
  ]);
  holds('one space in front of a value is left out', 'data:  x \ndata:\ty\n\n', [{ data: ' x \n\ty' }]);
  holds('further colons belong to the value', 'data:a:b: c\n\n', [{ data: 'a:b: c' }]);
  holds('a space in front of a name makes another name', ' data:x\ndata:y\n\n', [{ data: 'y' }]);
  holds('a space behind a name too', 'data :x\ndata:y\n\n', [{ data: 'y' }]);
  holds('names are lower case', 'Data:x\nDATA:y\ndata:z\n\n', [{ data: 'z' }]);
  holds('what nobody knows is passed over', 'foo: a\nbar\ndata: x\nbaz:\n\n', [{ data: 'x' }]);
  holds('a null character is a character', 'data:\0\n\n\0\ndata:1\n\n', [{ data: '\0' }, { data: '1' }]);
  holds(
    'what only looks like data is none',
    'data:\0\ndata:  b\rData:x\ndata\0:x\ndata:c\r\0data:x\nda-ta:x\rdata_x\ndata:d\rdata:\r\n data:x\ndata:e\n\n',
    [{ data: '\0\n b\nc\nd\n\ne' }],
  );
  holds('a tab in front of a value stays, and a lone space is an empty text', 'data:\ta\rdata: \ndata:b\n\n', [
    { data: '\ta\n\nb' },
  ]);
  holds(
    'blocks without data between those that have some',
    'data:a\ndata: b\n\n:\nother:x\n\nother:x\nData:x\n\ndata\n\ndata:end\n\n',
    [{ data: 'a\nb' }, { data: '' }, { data: 'end' }],
  );
  holds('an event has a name until its end', 'event:a\nevent: b\ndata:1\n\ndata:2\n\n', [
    { event: 'b', data: '1' },
    { data: '2' },
  ]);
  holds('an empty name is none', 'event: a\nevent\ndata:1\n\nevent:\ndata:2\n\n', [{ data: '1' }, { data: '2' }]);
  holds('a name without data is forgotten', 'event: a\n\ndata:1\n\n', [{ data: '1' }]);
});

describe('comments', () => {
  holds('of every kind', `data:1\r:\0\n:\r\ndata:2\n:${'x'.repeat(600)}\rdata:3\n:data:fail\r\n\ndata:4\n\n`, [
    { data: '1\n2\n3' },
    { data: '4' },
  ]);
  holds('as heartbeats', ': ♥\n\ndata: A\n\n: ♥\n\n:\n:\n\ndata: B\n\n', [{ data: 'A' }, { data: 'B' }]);
  holds('as heartbeats inside an event', 'data: A\n:\ndata: B\n\n', [{ data: 'A\nB' }]);
});

describe('ids', () => {
  holds('stay until another one is said', 'id: 1\ndata:a\n\ndata:b\n\nid:2\ndata:c\n\n', [
    { data: 'a', id: '1' },
    { data: 'b', id: '1' },
    { data: 'c', id: '2' },
  ]);
  holds('an empty one takes it back', 'id: 1\ndata:a\n\nid\ndata:b\n\n', [{ data: 'a', id: '1' }, { data: 'b' }]);
  holds('one without data counts', 'id: 42\n\ndata:a\n\n', [{ data: 'a', id: '42' }]);
  holds('one with a null character does not', 'id: 123\nid: x\0y\ndata:a\n\n', [{ data: 'a', id: '123' }]);
  holds('are any text', 'id: …ü:🌍\ndata:a\n\n', [{ data: 'a', id: '…ü:🌍' }]);
});

describe('retry', () => {
  for (const [text, expected] of [
    ['retry: 500\n', 500],
    ['retry:03000\n', 3000],
    ['retry: 500\nretry: 50x\n', 500],
    ['retry: 500\nretry\n', 500],
    ['retry: -1\nretry: 1.5\nretry: \n', null],
  ] as const) {
    test(JSON.stringify(text), () => {
      const decoder = new SseDecoder();
      decoder.feed(bytes(text));
      assert.equal(decoder.retry, expected);
    });
  }
});

describe('the end', () => {
  holds('an event without its empty line is dropped', 'data: a\n\ndata: b\n', [{ data: 'a' }]);
  holds('so is half a line', 'retry: 1000\ndata: a\n\ndata: b', [{ data: 'a' }]);
  holds('nothing at all', '', []);
});

describe('UTF-8', () => {
  holds('of every length', 'data: Grüezi 我現在都看實況不玩遊戲 🌍👩‍👩‍👧\n\nevent: done\ndata: ✔\n\n', [
    { data: 'Grüezi 我現在都看實況不玩遊戲 🌍👩‍👩‍👧' },
    { event: 'done', data: '✔' },
  ]);
  holds('wrong bytes become U+FFFD', Uint8Array.of(...bytes('data:a'), 0xff, 0xc3, 0x28, ...bytes('\n\n')), [
    { data: 'a\uFFFD\uFFFD(' },
  ]);
  holds('no other encoding is read', Uint8Array.of(...bytes('data:'), 0xe4, ...bytes('\n\n')), [{ data: '\uFFFD' }]);
});

describe('limits', () => {
  test('a long event is whole', () => {
    const data = 'x'.repeat(4 << 20);
    const whole = bytes(`data: ${data}\n\n`);
    const parts = [];
    for (let i = 0; i < whole.length; i += 1000) {
      parts.push(whole.subarray(i, i + 1000));
    }
    const events = decode(parts);
    assert.equal(events.length, 1);
    assert.equal(events[0]?.data, data);
  });

  for (const [name, text] of [
    ['a line without an end', `data: ${'x'.repeat(200)}`],
    ['a long line', `data: ${'x'.repeat(200)}\n\n`],
    ['a long comment', `:${'x'.repeat(200)}`],
    ['many lines', 'data: xxxxxxxxx\n'.repeat(20)],
  ] as const) {
    test(`${name} is refused`, () => {
      const decoder = new SseDecoder(100);
      assert.throws(() => {
        for (const byte of bytes(text)) {
          decoder.feed(Uint8Array.of(byte));
        }
      }, SseLimitError);
      assert.throws(() => new SseDecoder(100).feed(bytes(text)), SseLimitError);
    });
  }

  test('many short events are no long one', () => {
    assert.equal(new SseDecoder(20).feed(bytes('data: 1234\n\n'.repeat(1000))).length, 1000);
  });
});

const lineEnd = fc.constantFrom('\n', '\r', '\r\n');
const word = fc.string({ unit: 'grapheme', maxLength: 12 }).map((s) => s.replace(/[\r\n]/g, ' '));

test('any stream, cut anywhere, gives the same events', () => {
  const line = fc.oneof(
    word.map((text) => `data: ${text}`),
    word.map((text) => `data:${text}`),
    word.map((text) => `event: ${text}`),
    word.map((text) => `id: ${text}`),
    word.map((text) => `:${text}`),
    word,
    fc.constant(''),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(line, lineEnd), { maxLength: 30 }),
      fc.array(fc.nat(600), { maxLength: 20 }),
      (lines, cuts) => {
        const whole = bytes(lines.map((pair) => pair.join('')).join(''));
        const places = cuts.map((cut) => cut % (whole.length + 1)).sort((a, b) => a - b);
        const parts = [0, ...places].map((from, i) => whole.subarray(from, places[i]));
        assert.deepEqual(decode(parts), decode([whole]));
      },
    ),
    { numRuns: 500 },
  );
});

test('what was written is what is read', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ data: fc.array(word, { minLength: 1 }), event: word }), { maxLength: 8 }),
      lineEnd,
      (written, end) => {
        const text = written
          .map(({ data, event }) => [`event: ${event}`, ...data.map((part) => `data: ${part}`), '', ''].join(end))
          .join('');
        // A first character that is taken for a byte order mark is another test's business.
        assert.deepEqual(
          decode([bytes(text)]),
          written.map(({ data, event: name }) => event({ data: data.join('\n'), event: name || 'message' })),
        );
      },
    ),
    { numRuns: 500 },
  );
});
