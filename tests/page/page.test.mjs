// The page as a whole: safe, light, quick, and usable by everybody.
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import {
  answers,
  ask,
  begun,
  busy,
  choose,
  eventually,
  exchanges,
  lastAnswer,
  model,
  over,
  picture,
  place,
  root,
  say,
  startBrowser,
  stopBrowser,
  url,
  violations,
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

test('something is to be seen within 100 ms', async (t) => {
  const page = await visit(t);
  const paints = [];
  // The best of many, because the machine has other things to do.
  for (let i = 0; i < 60 && (i < 5 || paints.every(({ paint }) => paint >= 100)); i++) {
    await page.reload();
    await page.getByRole('textbox', { name: 'Message' }).waitFor();
    paints.push(
      await page.evaluate(async () => {
        const [paint] = performance.getEntriesByName('first-contentful-paint');
        return { paint: paint.startTime, ready: performance.getEntriesByName('ready')[0].startTime };
      }),
    );
  }
  const shown = (name) => paints.map((times) => times[name].toFixed(0)).join(' ');
  t.diagnostic(`first contentful paint: ${shown('paint')} ms; ready to type: ${shown('ready')} ms`);
  assert.ok(Math.min(...paints.map(({ paint }) => paint)) < 100, `first contentful paint: ${shown('paint')} ms`);
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

for (const dark of [false, true]) {
  for (const phone of [false, true]) {
    const name = `${phone ? 'phone' : 'desktop'}-${dark ? 'dark' : 'light'}`;
    test(`everybody can use it: ${name}`, async (t) => {
      const page = await visit(t, { dark, phone, scale: phone ? 2 : 1 });
      assert.deepEqual(await violations(page), []);
      await picture(page, `page-empty-${name}`);
      await ask(page, 'river');
      await begun(page);
      assert.deepEqual(await violations(page), []);
      await whole(page);
      assert.deepEqual(await violations(page), []);
      await eventually('formulas and colours are there', () => lastAnswer(page).locator('math').first().isVisible());
      await picture(page, `page-answer-${name}`);
      await lastAnswer(page).getByRole('button', { name: 'Wire' }).click();
      await page.locator('button.wire-row').first().waitFor();
      assert.deepEqual(await violations(page), []);
      await picture(page, `page-wire-${name}`);
      await ask(page, model('reasoning-20+tools-1+ttft-5ms+gap-1ms+tokens-30'));
      await whole(page);
      await ask(page, model('ttft-5ms+gap-2ms+tokens-100+cut-after-40'));
      await page.getByRole('alert').waitFor();
      assert.deepEqual(await violations(page), []);
      await picture(page, `page-failure-${name}`);
      if (phone) {
        await page.getByRole('button', { name: 'Show conversations' }).click();
        await page.getByRole('searchbox').waitFor();
        assert.deepEqual(await violations(page), []);
        await picture(page, `page-menu-${name}`);
        await page.getByRole('button', { name: 'Hide conversations' }).click();
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(wide <= 0, `the page is ${wide} px wider than the window`);
      await page.locator('main').getByRole('button', { name: 'Settings' }).click();
      await page.getByRole('dialog').waitFor();
      assert.deepEqual(await violations(page), []);
      await picture(page, `page-settings-${name}`);
      await page.keyboard.press('Escape');
      await page.locator('ft-model > button').first().click();
      await page.getByRole('listbox').waitFor();
      assert.deepEqual(await violations(page), []);
      await picture(page, `page-models-${name}`);
      await page.keyboard.press('Escape');
      await page
        .locator(phone ? 'main' : 'ft-sidebar')
        .getByRole('button', { name: 'New conversation' })
        .click();
      await page.getByRole('button', { name: 'Compare', exact: true }).click();
      await choose(page, 'code', 0);
      await choose(page, 'stalling-code', 1);
      await say(page, 'How do I read a stream to its end?');
      await answers(page).nth(1).waitFor();
      await whole(page);
      assert.deepEqual(await violations(page), []);
      await page.locator('.scroller').evaluate((e) => (e.scrollTop = 0));
      await picture(page, `page-compare-${name}`);
    });
  }
}

test('what is said to those who do not see: that it began and how it ended, not every word', async (t) => {
  const page = await visit(t);
  await page.evaluate(() => {
    globalThis.heard = [];
    new MutationObserver(() => {
      const now = document.querySelector('[aria-live=polite]').textContent;
      if (now !== globalThis.heard.at(-1)) {
        globalThis.heard.push(now);
      }
    }).observe(document.querySelector('[aria-live=polite]'), { childList: true, characterData: true, subtree: true });
  });
  await ask(page, model('ttft-20ms+gap-2ms+tokens-100'));
  await whole(page);
  const heard = await eventually('the end is told', async () => {
    const all = await page.evaluate(() => globalThis.heard);
    return all.length > 1 && all;
  });
  assert.deepEqual(
    heard.filter(Boolean).map((words) => words.replace(/\d+/, 'N')),
    ['Answering…', 'The answer is complete: N words.'],
  );
  assert.equal(await page.locator('ft-answer [aria-live]').count(), 0);
});

test('who wants less motion gets none', async (t) => {
  const page = await visit(t);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await ask(page, model('ttft-2s+tokens-5'));
  await page.locator('.pulse').waitFor();
  assert.equal(await page.locator('.pulse').evaluate((e) => getComputedStyle(e).animationName), 'none');
  await whole(page);
});

test('text runs in its own direction', async (t) => {
  const page = await visit(t);
  await ask(page, 'arabic', 'كيف يجد النهر طريقه؟');
  await whole(page);
  const [first, last] = [lastAnswer(page).locator('.said p').first(), lastAnswer(page).locator('.said p').last()];
  assert.equal(await first.evaluate((e) => getComputedStyle(e).direction), 'rtl');
  assert.equal(await last.evaluate((e) => getComputedStyle(e).direction), 'ltr');
  assert.equal(await page.locator('.asked').evaluate((e) => getComputedStyle(e).direction), 'rtl');
});
