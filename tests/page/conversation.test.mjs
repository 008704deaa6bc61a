// What a person does with the page, and what the provider behind it sees.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  answers,
  ask,
  begun,
  choose,
  eventually,
  exchanges,
  figures,
  lastAnswer,
  model,
  plain,
  said,
  say,
  startBrowser,
  stopBrowser,
  undisturbed,
  visit,
  whole,
} from './stage.mjs';

before(startBrowser);
after(stopBrowser);

test('an answer is shown while it comes, and then its times', async (t) => {
  const page = await visit(t);
  await ask(page, 'river');
  await begun(page);
  assert.equal(await lastAnswer(page).getAttribute('aria-busy'), 'true');
  const text = await whole(page);
  assert.match(text, /it is worn: each drop makes it a little easier for the next\.$/);
  const shown = await figures(lastAnswer(page));
  // A machine that pauses makes a stall of its own.
  const names = Object.keys(shown).filter((name) => !name.startsWith('stall'));
  assert.deepEqual(names, ['first token', 'tokens/s', 'total', 'tokens', 'answered by']);
  assert.match(shown['first token'], /^\d.* m?s$/);
  assert.equal(shown['answered by'], 'simulator/river');
  // Formulas and colours come when there is time.
  await eventually('formulas', async () => (await lastAnswer(page).locator('math').count()) === 3);
  await lastAnswer(page).locator('.code .hljs-keyword').first().waitFor();
  assert.equal(await lastAnswer(page).locator('tbody tr').count(), 3);
  assert.deepEqual(page.seen.errors, []);
});

test('an answer says where it is from, and that others were asked before', async (t) => {
  const page = await visit(t);
  await ask(page, 'second-choice');
  await whole(page);
  const origin = async () => {
    const { attempts, 'answered by': deployment } = await figures(lastAnswer(page));
    return { attempts, deployment };
  };
  assert.deepEqual(await origin(), { attempts: '2', deployment: 'simulator/river' });
  await page.reload();
  await whole(page);
  assert.deepEqual(await origin(), { attempts: '2', deployment: 'simulator/river' });
});

test('Enter sends, Shift+Enter does not', async (t) => {
  const page = await visit(t);
  await choose(page, model('tokens-5+ttft-5ms'));
  const box = page.getByRole('textbox', { name: 'Message' });
  await box.fill('one');
  await box.press('Shift+Enter');
  await box.pressSequentially('two');
  assert.equal(await answers(page).count(), 0);
  await box.press('Enter');
  await whole(page);
  assert.equal(await page.locator('.asked').innerText(), 'one\ntwo');
});

test('a question can be changed, an answer asked for again, and both be looked up', async (t) => {
  const page = await visit(t);
  const name = model('tokens-30+ttft-5ms+gap-1ms');
  await ask(page, name, 'First question');
  await whole(page);
  await lastAnswer(page).getByRole('button', { name: 'Answer again' }).click();
  await page.getByText('2 of 2').waitFor();
  await whole(page);
  await page.locator('ft-question').hover();
  await page.getByRole('button', { name: 'Edit and send again' }).click();
  await page.getByRole('textbox', { name: 'Edit and send again' }).fill('Second question');
  await page.keyboard.press('Enter');
  await eventually('the changed question is answered', async () => /Second question/.test(await whole(page)));
  await page.locator('ft-question').getByRole('button', { name: 'Previous version' }).click();
  await page.locator('.asked', { hasText: 'First question' }).waitFor();
  assert.match(await said(lastAnswer(page)), /First question/);
  const asked = await exchanges(name);
  assert.deepEqual(
    asked.map(({ request }) => request.messages),
    [
      [{ role: 'user', content: 'First question' }],
      [{ role: 'user', content: 'First question' }],
      [{ role: 'user', content: 'Second question' }],
    ],
  );
});

test('two models answer side by side, on one scale', async (t) => {
  const page = await visit(t);
  const [quick, slow] = [model('tokens-40+ttft-20ms+gap-5ms'), model('tokens-40+ttft-700ms+gap-20ms')];
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await choose(page, quick, 0);
  await choose(page, slow, 1);
  await say(page, 'Which of you is faster?');
  await answers(page).nth(1).waitFor();
  await whole(page);
  assert.equal(await answers(page).count(), 2);
  const widths = await answers(page).evaluateAll((all) =>
    all.map((a) =>
      Math.max(
        ...Array.from(
          a
            .querySelector('.rail-bars')
            .getAttribute('d')
            .matchAll(/M([\d.]+)/g),
          (m) => Number(m[1]),
        ),
      ),
    ),
  );
  assert.ok(widths[0] < widths[1], `the quick answer ends earlier on the common scale: ${widths}`);
  await answers(page).nth(1).getByRole('button', { name: 'Go on from here' }).click();
  await page.getByRole('button', { name: 'Compare', exact: true }).click();
  await say(page, 'Go on');
  await answers(page).nth(2).waitFor();
  await whole(page);
  const last = (await exchanges(quick)).at(-1).request;
  assert.equal(last.messages[1].content, await undisturbed(slow, 'Which of you is faster?'));
});

test('with streaming off the answer comes in one piece', async (t) => {
  const page = await visit(t);
  const name = model('tokens-40+ttft-50ms+gap-50ms');
  await page.getByRole('switch', { name: 'Streaming' }).click();
  await ask(page, name, 'Tell me');
  await lastAnswer(page).getByText('Waiting for the whole answer').waitFor();
  assert.equal(plain(await whole(page)), plain(await undisturbed(name, 'Tell me')));
  await lastAnswer(page).getByText('in one piece').waitFor();
  assert.ok(!(await exchanges(name))[0].request.stream);
});

test('the wire view shows every event with its time', async (t) => {
  const page = await visit(t);
  await ask(page, model('tokens-30+ttft-20ms+gap-5ms'));
  await whole(page);
  await lastAnswer(page).getByRole('button', { name: 'Wire' }).click();
  const rows = page.locator('button.wire-row');
  await rows.first().waitFor();
  assert.match(await rows.first().innerText(), /asked/);
  assert.match(await rows.nth(1).innerText(), /stream /);
  await rows.nth(3).click();
  assert.match(await page.locator('.wire-detail').innerText(), /"delta"/);
  await page.locator('.wire-rows').evaluate((e) => (e.scrollTop = e.scrollHeight));
  await page.getByText('[DONE]').waitFor();
});

test('the wire can be watched while an answer comes', async (t) => {
  const page = await visit(t);
  await ask(page, model('tokens-200+ttft-20ms+gap-30ms'));
  await begun(page);
  await lastAnswer(page).getByRole('button', { name: 'Wire' }).click();
  const newest = () => page.locator('button.wire-row > :first-child').last().innerText().then(Number);
  await eventually('there are some', async () => (await newest()) > 0);
  assert.equal(await lastAnswer(page).getAttribute('aria-busy'), 'true');
  const then = await newest();
  await eventually('there are more', async () => (await newest()) > then);
  await whole(page);
  const end = page.getByText('[DONE]');
  await eventually('the end is in view', () =>
    end.evaluate((e) => {
      const [row, rows] = [e, e.closest('.wire-rows')].map((of) => of.getBoundingClientRect());
      return row.top >= rows.top && row.bottom <= rows.bottom + 1;
    }),
  );
});

test('reasoning and tool calls can be read', async (t) => {
  const page = await visit(t);
  await ask(page, model('reasoning-40+tools-1+tokens-20+ttft-20ms+gap-5ms'));
  await whole(page);
  const thought = lastAnswer(page).locator('.thought');
  assert.equal(await thought.isVisible(), false);
  await lastAnswer(page).getByText('Reasoning', { exact: true }).click();
  await eventually('what was thought', async () => /Let me see/.test(await thought.innerText()));
  assert.match(await lastAnswer(page).locator('.tool').innerText(), /Calls look_up[^]*"place": "Zürich 0"/);
  assert.ok((await figures(lastAnswer(page)))['first thought']);
});

test('the system prompt and parameters go along', async (t) => {
  const page = await visit(t);
  const name = model('tokens-5+ttft-5ms');
  await page.getByRole('button', { name: 'Settings' }).first().click();
  await page.locator('textarea[name=system]').fill('Be brief.');
  await page.locator('input[name=temperature]').fill('0.3');
  await page.locator('input[name=max_tokens]').fill('50');
  await page.locator('select[name=reasoning_effort]').selectOption('low');
  await page.getByRole('button', { name: 'Close' }).click();
  await ask(page, name, 'Tell me');
  await whole(page);
  const { request } = (await exchanges(name))[0];
  assert.deepEqual(request.messages[0], { role: 'system', content: 'Be brief.' });
  assert.equal(request.temperature, 0.3);
  assert.equal(request.max_tokens, 50);
  assert.equal(request.reasoning_effort, 'low');
  assert.ok(!('top_p' in request));
});

const pastePicture = (page) =>
  page.getByRole('textbox', { name: 'Message' }).evaluate(async (box) => {
    const canvas = new OffscreenCanvas(3000, 20);
    canvas.getContext('2d').fillRect(0, 0, 10, 10);
    const data = new DataTransfer();
    data.items.add(new File([await canvas.convertToBlob()], 'red.png', { type: 'image/png' }));
    box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  });

test('a picture that is pasted goes along', async (t) => {
  const page = await visit(t);
  const name = model('tokens-5+ttft-5ms');
  await pastePicture(page);
  await page.locator('.pictures img').waitFor();
  await ask(page, name, 'What is it?');
  await whole(page);
  const [text, image] = (await exchanges(name))[0].request.messages[0].content;
  assert.deepEqual(text, { type: 'text', text: 'What is it?' });
  assert.match(image.image_url.url, /^data:image\/png;base64,/);
});

test('a model that takes no pictures is not given any', async (t) => {
  const page = await visit(t);
  await pastePicture(page);
  await page.locator('.pictures img').waitFor();
  await page.getByRole('textbox', { name: 'Message' }).fill('What is it?');
  await choose(page, 'text-only');
  await page.getByText('text-only takes no pictures').waitFor();
  assert.ok(await page.getByRole('button', { name: 'Send' }).isDisabled());
  assert.equal(await page.getByText('Add a picture').count(), 0);
  await page.getByRole('button', { name: 'Remove the picture' }).click();
  assert.ok(await page.getByRole('button', { name: 'Send' }).isEnabled());
  await pastePicture(page);
  await page.getByText('text-only takes no pictures').waitFor();
  assert.equal(await page.locator('.pictures img').count(), 0);
});

test('conversations are kept, found, exported and imported', async (t) => {
  const page = await visit(t);
  const name = model('tokens-60+ttft-5ms+gap-1ms');
  await ask(page, name, 'Where do swallows winter?');
  await whole(page);
  await page.getByRole('button', { name: 'New conversation' }).first().click();
  await ask(page, name, 'How is bread made?');
  await whole(page);
  const list = page.locator('ft-sidebar nav a');
  assert.equal(await list.count(), 2);
  await page.getByRole('searchbox').fill('swallows');
  await eventually('one is found', async () => (await list.count()) === 1);
  await list.click();
  await page.locator('.asked', { hasText: 'swallows' }).waitFor();

  const saved = async (menu, item) => {
    await page.locator('ft-sidebar').getByRole('button', { name: 'More' }).nth(menu).click();
    const download = page.waitForEvent('download');
    await page.getByRole('menuitem', { name: item }).click();
    return (await download).path();
  };
  const { readFileSync } = await import('node:fs');
  const markdown = readFileSync(await saved(0, 'Export as Markdown'));
  assert.match(markdown.toString(), /^# Where do swallows winter\?.*\n[^]*\n## You.*\n[^]*\n## sim\//);
  const file = await saved(1, 'Export all (JSON)');

  const other = await visit(t);
  await other
    .locator('input[type=file][accept*=json]')
    .setInputFiles({ name: 'all.json', mimeType: 'application/json', buffer: readFileSync(file) });
  await other.getByText('2 conversations were imported.').waitFor();
  await other.getByRole('link', { name: 'Where do swallows winter?' }).click();
  await eventually('its answer is shown', async () => /Where do swallows winter/.test(await whole(other)));
  await other
    .locator('input[type=file][accept*=json]')
    .setInputFiles({ name: 'x.json', mimeType: 'application/json', buffer: Buffer.from('{}') });
  await other.getByText('Nothing was imported').waitFor();
  await other
    .locator('input[type=file][accept*=json]')
    .setInputFiles({ name: 'swallows.md', mimeType: 'text/markdown', buffer: markdown });
  await other.getByText('One conversation was imported.').waitFor();
  const twice = other.getByRole('link', { name: 'Where do swallows winter?' });
  await twice.nth(1).waitFor();
  const both = [];
  for (const which of [0, 1]) {
    await twice.nth(which).click();
    await eventually('it is open', () => twice.nth(which).evaluate((a) => a.closest('li').matches('.current')));
    both.push(await whole(other));
  }
  assert.equal(both[0], both[1]);

  other.on('dialog', (dialog) => dialog.accept());
  await other.locator('ft-sidebar').getByRole('button', { name: 'More' }).first().click();
  await other.getByRole('menuitem', { name: 'Delete' }).click();
  await eventually('it is gone', async () => (await other.locator('ft-sidebar nav a').count()) === 2);
});

test('a conversation gets another title', async (t) => {
  const page = await visit(t);
  await ask(page, model('tokens-5+ttft-5ms'), 'Where do swallows winter?');
  await whole(page);
  const rename = async (title, key) => {
    await page.locator('ft-sidebar nav').getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: 'Rename' }).click();
    await page.getByRole('textbox', { name: 'New title' }).fill(title);
    await page.keyboard.press(key);
  };
  await rename('Birds', 'Enter');
  await page.getByRole('heading', { name: 'Birds' }).waitFor();
  await rename('Nothing', 'Escape');
  await page.reload();
  await page.getByRole('link', { name: 'Birds' }).waitFor();
  assert.equal(await page.locator('ft-sidebar nav a').innerText(), 'Birds');
});

test('what was being written is still there behind F5', async (t) => {
  const page = await visit(t);
  const box = page.getByRole('textbox', { name: 'Message' });
  await box.fill('Half a thou');
  await page.reload();
  await eventually('it is there', async () => (await box.inputValue()) === 'Half a thou');
  await choose(page, model('tokens-5+ttft-5ms'));
  await say(page, 'A whole one');
  await whole(page);
  await page.reload();
  await whole(page);
  assert.equal(await box.inputValue(), '');
});

test('whoever scrolls up stays there, and can go back to the end', async (t) => {
  const page = await visit(t, { phone: true });
  await ask(page, 'river');
  await begun(page, 900);
  const scroller = page.locator('.scroller');
  const fromEnd = () => scroller.evaluate((e) => e.scrollHeight - e.scrollTop - e.clientHeight);
  await eventually('it follows', async () => (await fromEnd()) < 4);
  await scroller.hover();
  await page.mouse.wheel(0, -200);
  await page.getByRole('button', { name: 'Go to the latest' }).waitFor();
  const top = await scroller.evaluate((e) => e.scrollTop);
  await whole(page);
  assert.ok(Math.abs((await scroller.evaluate((e) => e.scrollTop)) - top) < 4, 'the view has not moved');
  await page.getByRole('button', { name: 'Go to the latest' }).click();
  await eventually('it is at the end', async () => (await fromEnd()) < 4);
});

test('the page speaks German where the browser does', async (t) => {
  const page = await visit(t, { language: 'de-DE' });
  await page.getByRole('heading', { name: 'Was möchtest du wissen?' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'de');
});
