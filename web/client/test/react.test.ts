import assert from 'node:assert/strict';
import { after, describe, test } from 'node:test';
import { type ChatStreamHook, useChatStream } from 'firsttoken/react';
import { Window } from 'happy-dom';
import { createElement, type ReactElement, StrictMode } from 'react';
import { ask, client, eventually, running } from './server.js';

// React looks for a document when it is loaded.
const window = new Window();
Object.assign(globalThis, { window, document: window.document });
Object.defineProperty(globalThis, 'navigator', { value: window.navigator, configurable: true });
const { createRoot } = await import('react-dom/client');
const { renderToString } = await import('react-dom/server');
after(() => window.happyDOM.close());

/** A page with one component that uses the hook. */
function mount(): { hook: () => ChatStreamHook; html: () => string; unmount: () => void } {
  const place = window.document.createElement('div');
  const root = createRoot(place as unknown as Element);
  const chat = client();
  let last!: ChatStreamHook;
  function Answer(): ReactElement {
    last = useChatStream(chat);
    return createElement('p', { className: last.status }, last.text);
  }
  root.render(createElement(StrictMode, null, createElement(Answer)));
  return { hook: () => last, html: () => place.innerHTML, unmount: () => root.unmount() };
}

async function mounted(): Promise<ReturnType<typeof mount>> {
  const page = mount();
  await eventually('it is rendered', () => page.html() === '<p class="idle"></p>');
  return page;
}

describe('the hook', () => {
  test('shows an answer', async () => {
    const page = await mounted();
    page.hook().send(ask('tokens-60'));
    await eventually('the end', () => page.html().startsWith('<p class="done">'));
    const { result, text } = page.hook();
    assert.equal(text, result?.text);
    assert.equal(result?.finish, 'stop');
    page.unmount();
  });

  test('shows an error and what there is', async () => {
    const page = await mounted();
    page.hook().send(ask('tokens-20+cut-after-3'));
    await eventually('the error', () => page.hook().status === 'error');
    assert.ok(page.hook().error);
    assert.notEqual(page.hook().text, '');
    page.unmount();
  });

  test('shows a part of an answer, and stops', async () => {
    const page = await mounted();
    page.hook().send(ask('tokens-20+stall-after-5:60s'));
    await eventually('a part', () => page.html().startsWith('<p class="streaming">This'));
    page.hook().stop();
    await eventually('the stop', () => page.hook().status === 'stopped');
    const { streamId } = page.hook();
    await eventually('it runs no more', async () => !(await running()).includes(streamId ?? ''));
    page.unmount();
  });

  test('shows the latest question alone', async () => {
    const page = await mounted();
    page.hook().send(ask('tokens-400+gap-20ms'));
    page.hook().send(ask('tokens-5'));
    await eventually('the end', () => page.hook().status === 'done');
    assert.match(page.hook().text, /tokens-5|sim/);
    assert.equal(page.hook().result?.model, 'sim/ttft-0ms+gap-0ms+tokens-5');
    page.unmount();
  });

  test('leaves with its component, and another one reads on', async () => {
    const page = await mounted();
    page.hook().send(ask('tokens-60+gap-10ms'));
    await eventually('text', () => page.hook().text !== '');
    const { streamId } = page.hook();
    page.unmount();
    assert.ok((await running()).includes(streamId ?? ''));
    const next = await mounted();
    next.hook().resume(streamId ?? '');
    await eventually('the end', () => next.hook().status === 'done');
    assert.equal(
      next.hook().text,
      (
        await client()
          .resume(streamId ?? '')
          .final()
      ).text,
    );
    next.unmount();
  });

  test('renders on a server', () => {
    function Answer(): ReactElement {
      return createElement('p', null, useChatStream(client()).status);
    }
    assert.equal(renderToString(createElement(Answer)), '<p>idle</p>');
  });
});
