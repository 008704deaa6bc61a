// The page as a whole: safe, light and quick. What is measured here is measured alone.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  ask,
  begun,
  busy,
  choose,
  eventually,
  exchanges,
  lastAnswer,
  model,
  over,
  place,
  root,
  say,
  startBrowser,
  stopBrowser,
  url,
  visit,
  whole,
} from './stage.mjs';

before(startBrowser);
after(stopBrowser);

test('hostile Markdown is inert', async (t) => {
  const page = await visit(t);
  await ask(page, 'hostile');
  await whole(page);
  await lastAnswer(page).locator('.code').waitFor();
  assert.equal(await page.evaluate(() => globalThis.hacked), undefined);
  const said = lastAnswer(page).locator('.said');
  assert.equal(await said.locator('script, iframe, style, form, input, object, svg:not(.icon), img').count(), 0);
  assert.equal(await said.locator('[onerror], [onload], [onclick], [style]').count(), 0);
  const links = await said
    .locator('a')
    .evaluateAll((all) => all.map((a) => `${a.getAttribute('href')} ${a.rel} ${a.target}`));
  assert.deepEqual(links, [
    'https://example.com/page noopener noreferrer nofollow _blank',
    'http://tracker.example/pixel.png?said=secret noopener noreferrer nofollow _blank',
  ]);
  assert.match(
    await said.innerText(),
    /<script>window\.hacked = 1<\/script>[^]*not loaded[^]*Nothing of this is alive\./,
  );
  assert.deepEqual([...page.seen.origins], [`http:127.0.0.1:${place.open}`]);
});

test('the page talks to its own server alone, runs no script but its own, and can be heavy nowhere', async (t) => {
  const page = await visit(t);
  const lazy = () =>
    page.seen.assets
      .filter((name) => /^(math|highlight|settings|wire)/.test(name))
      .map((name) => name.split(/[.-]/)[0]);
  await ask(page, model('tokens-5+ttft-5ms'));
  await whole(page);
  assert.deepEqual(lazy(), [], 'what nobody needs yet is not loaded');
  await ask(page, 'river');
  await whole(page);
  await lastAnswer(page).locator('.code .hljs-keyword').first().waitFor();
  assert.deepEqual(lazy().sort(), ['highlight', 'math']);
  assert.deepEqual([...page.seen.origins], [`http:127.0.0.1:${place.open}`]);
  assert.deepEqual(page.seen.errors, []);
  const response = await fetch(url(place.open));
  assert.match(
    response.headers.get('content-security-policy'),
    /default-src 'none'; script-src 'self'; worker-src 'self'; style-src 'self'/,
  );
  const html = await response.text();
  assert.doesNotMatch(html, /<script(?![^>]*src=)|<style|style=|\son\w+=/);
  for (const [, asset] of html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
    const found = await fetch(url(place.open) + asset.slice(1));
    assert.match(found.headers.get('cache-control'), /immutable/);
  }
  for (const name of readdirSync(`${root}web/page/dist/assets`).filter((file) => !/\.(br|gz)$/.test(file))) {
    assert.equal((await fetch(`${url(place.open)}assets/${name}`)).status, 200, name);
  }
  const blocked = await page.evaluate(() => {
    try {
      document.body.insertAdjacentHTML('beforeend', '<img src=x>');
      return 'inserted';
    } catch (e) {
      return e.name;
    }
  });
  assert.equal(blocked, 'TypeError');
});

test('something is to be seen at once', async (t) => {
  const page = await visit(t);
  const paints = [];
  for (let i = 0; i < 10; i++) {
    await page.reload();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    paints.push(
      await page.evaluate(async () => {
        const painted = () => performance.getEntriesByName('first-contentful-paint')[0];
        while (!painted()) await new Promise((resolve) => setTimeout(resolve, 20));
        const paint = painted();
        return { paint: paint.startTime, ready: performance.getEntriesByName('ready')[0].startTime };
      }),
    );
  }
  const shown = (name) => paints.map((times) => times[name].toFixed(0)).join(' ');
  t.diagnostic(`first contentful paint: ${shown('paint')} ms; ready to type: ${shown('ready')} ms`);
  // How many milliseconds is for people to read: the machine has other things to do.
  assert.ok(Math.min(...paints.map(({ paint }) => paint)) < 1000, `first contentful paint: ${shown('paint')} ms`);
});

test('Stop reaches the provider within 500 ms, and what had come is kept', async (t) => {
  const page = await visit(t);
  const took = [];
  // The best of many, because the machine has other things to do.
  for (let i = 0; i < 15 && !took.some((ms) => ms <= 500); i++) {
    const name = model('ttft-50ms+gap-20ms+tokens-5000');
    await ask(page, name);
    await begun(page);
    const at = Date.now();
    await page.getByRole('button', { name: 'Stop' }).click();
    const seen = await eventually('the provider is left', async () =>
      (await exchanges(name)).find(({ how }) => how === 'CLIENT_LEFT'),
    );
    took.push(Date.now() - seen.endedMsAgo - at);
    assert.match(await whole(page), /This is sim/);
    await lastAnswer(page).getByText('Stopped.').waitFor();
  }
  t.diagnostic(`the provider was left ${took.join(' ')} ms after the click`);
  assert.ok(Math.min(...took) <= 500, `the provider was left ${took} ms after the click`);
});

const most = (numbers) => numbers.reduce((a, b) => Math.max(a, b));

test('50,000 tokens do not make the page slow', async (t) => {
  const page = await visit(t);
  await ask(page, 'river');
  await whole(page);
  await choose(page, 'fast-long');
  let warm;
  // Of a processor's time, and again if it was too much: others may be at work on this machine.
  for (let round = 1; ; round++) {
    const tasks = await busy(async () => {
      await say(page, 'Tell me everything');
      await over(page);
    });
    warm = tasks.filter(({ at }) => at > 1000).map(({ ms }) => ms);
    const { sent } = (await exchanges('fast-long'))[0];
    const seconds = (tasks.at(-1).at / 1000).toFixed(1);
    t.diagnostic(
      `${sent} events in ${seconds} s; of ${warm.length} tasks the longest took ${most(warm).toFixed(0)} ms`,
    );
    if (most(warm) <= 50 || round === 3) {
      break;
    }
    await page.locator('ft-sidebar').getByRole('button', { name: 'New conversation' }).click();
  }
  assert.ok(most(warm) <= 50, 'no task takes longer than 50 ms');
  // Laid out by us, so behind the measurement.
  const text = await whole(page);
  const chars = await lastAnswer(page).evaluate((a) => a.answer.text.length);
  assert.match(text, /The very last words\.$/);
  // A conversation with it opens again, and shows the same.
  await page.reload();
  assert.match(await whole(page), /The very last words\.$/);
  assert.equal(await lastAnswer(page).evaluate((a) => a.answer.text.length), chars);
});
