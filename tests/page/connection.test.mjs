// What becomes of an answer when somebody stops it, or something breaks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  answers,
  ask,
  begun,
  eventually,
  exchanges,
  lastAnswer,
  model,
  place,
  plain,
  said,
  say,
  startBrowser,
  startWire,
  stopBrowser,
  undisturbed,
  visit,
  whole,
} from './stage.mjs';

before(startBrowser);
after(stopBrowser);

test('Escape stops', async (t) => {
  const page = await visit(t);
  const name = model('ttft-50ms+gap-20ms+tokens-5000');
  await ask(page, name);
  await begun(page);
  await page.keyboard.press('Escape');
  await lastAnswer(page).getByText('Stopped.').waitFor();
  await eventually('the provider is left', async () => (await exchanges(name)).every(({ how }) => how !== 'OPEN'));
});

test('an answer goes on behind F5, with no word lost and none twice', async (t) => {
  const page = await visit(t);
  const name = model('ttft-50ms+gap-15ms+tokens-400');
  await ask(page, name, 'Tell me');
  await begun(page);
  await page.reload();
  await page.locator('ft-answer[aria-busy=true]').waitFor();
  assert.equal(plain(await whole(page)), plain(await undisturbed(name, 'Tell me')));
  assert.equal((await exchanges(name)).filter(({ request }) => request.stream).length, 1);
  await lastAnswer(page).getByText('read on once').waitFor();
});

test('an answer goes on when the connection is killed', async (t) => {
  const wire = await startWire(t);
  const page = await visit(t, { port: wire.port });
  const name = model('ttft-50ms+gap-15ms+tokens-250');
  await ask(page, name, 'Tell me');
  await begun(page);
  wire.cut();
  await lastAnswer(page).getByText('read on once').waitFor();
  assert.equal(plain(await whole(page)), plain(await undisturbed(name, 'Tell me')));
  assert.equal((await exchanges(name)).filter(({ request }) => request.stream).length, 1);
});

test('a second tab follows the same answer', async (t) => {
  const page = await visit(t);
  const name = model('ttft-50ms+gap-30ms+tokens-200');
  await ask(page, name, 'Tell me');
  await begun(page);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await begun(second);
  assert.equal(await lastAnswer(second).getAttribute('aria-busy'), 'true');
  const [one, two] = await Promise.all([whole(page), whole(second)]);
  assert.equal(two, one);
  assert.equal((await exchanges(name)).length, 1);

  // And one that is open already.
  await say(second, 'And then?');
  await answers(page).nth(1).waitFor();
  assert.equal(await whole(second), await whole(page));
});

test('an answer that is stopped in one tab stops in the other', async (t) => {
  const page = await visit(t);
  await ask(page, model('ttft-50ms+gap-30ms+tokens-5000'));
  await begun(page);
  const second = await page.context().newPage();
  await second.goto(page.url());
  await begun(second);
  await second.getByRole('button', { name: 'Stop' }).click();
  await lastAnswer(page).getByText('Stopped.').waitFor();
});

test('an answer that the provider cuts off says so and keeps what came', async (t) => {
  const page = await visit(t);
  await ask(page, model('ttft-50ms+gap-5ms+tokens-200+cut-after-30'));
  const alert = page.getByRole('alert');
  await alert.waitFor();
  assert.match(await alert.innerText(), /cut off[^]*What had arrived is kept\.[^]*Try again/);
  assert.match(await said(lastAnswer(page)), /This is sim/);
  await alert.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('2 of 2').waitFor();
});

test('a failure before the first word says what happened and what to do', async (t) => {
  const page = await visit(t);
  await ask(page, model('status-500'));
  await page.getByRole('alert').getByText('The provider failed.').waitFor();
  await ask(page, model('error-first'));
  await page.getByRole('alert').nth(1).getByText('asked to fail').waitFor();
  await ask(page, model('status-429+retry-after-30s'));
  await page.getByRole('button', { name: /Try again in \d+ s/ }).waitFor();
});

test('a failure behind some words keeps them', async (t) => {
  const page = await visit(t);
  await ask(page, model('ttft-50ms+gap-5ms+tokens-200+error-after-20'));
  await page.getByRole('alert').getByText('asked to fail').waitFor();
  assert.match(await said(lastAnswer(page)), /This is sim/);
});

test('a server that cannot be reached is told from one that refuses', async (t) => {
  const wire = await startWire(t);
  const page = await visit(t, { port: wire.port });
  await page.context().setOffline(true);
  await ask(page, 'river');
  await page.getByRole('alert').getByText('The server cannot be reached.').waitFor();
  await page.context().setOffline(false);
  await page.getByRole('button', { name: 'Try again' }).click();
  assert.match(await whole(page), /easier for the next/);
});

test('a server that wants a key gets it', async (t) => {
  const page = await visit(t, { port: place.guarded });
  await ask(page, 'river');
  await page.getByRole('alert').getByText('This server wants a key.').waitFor();
  await page.getByRole('button', { name: 'Enter a key' }).click();
  await page.locator('input[name=key]').fill('page-test-key');
  await page.getByRole('button', { name: 'Close' }).click();
  await page.getByRole('button', { name: 'Try again' }).click();
  assert.match(await whole(page), /easier for the next/);
  // It does not outlive the visit unless that was asked for.
  assert.equal(await page.evaluate(() => localStorage.getItem('firsttoken.key')), null);
});

test('a slow and a bursty stream show their stalls', async (t) => {
  const page = await visit(t);
  await ask(page, model('ttft-900ms+gap-2ms+tokens-60+stall-after-20:1500ms'));
  await lastAnswer(page).getByText('Waiting for the first word').waitFor();
  await whole(page);
  await lastAnswer(page).locator('.figures .bad').waitFor();
  assert.equal(await lastAnswer(page).locator('.rail-stall').count(), 1);
  await ask(page, model('ttft-50ms+tokens-400+gap-0ms+stalls-0.02:300ms'));
  assert.match(await whole(page), /This is sim/);
});

test('characters that are cut in two arrive whole', async (t) => {
  const page = await visit(t);
  const name = model('split-bytes+gap-2ms+ttft-10ms+tokens-150');
  await ask(page, name, 'Tell me');
  const text = await whole(page);
  assert.match(text, /👩‍🚀/);
  assert.doesNotMatch(text, /\uFFFD/);
  assert.equal(plain(text), plain(await undisturbed(name, 'Tell me')));
});

test('what was asked before the page was left, and has no place to go on, is told to be lost', async (t) => {
  const page = await visit(t);
  await ask(page, model('ttft-9s+tokens-5'));
  await lastAnswer(page).getByText('Waiting for the first word').waitFor();
  await eventually('it is kept', () => page.evaluate(() => location.hash.length > 4));
  await page.reload();
  await page.getByRole('alert').getByText('cannot be found any more').waitFor();
});
