// What the page looks like, and that everybody can use it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import {
  answers,
  ask,
  begun,
  choose,
  eventually,
  lastAnswer,
  model,
  picture,
  say,
  startBrowser,
  stopBrowser,
  violations,
  visit,
  whole,
} from './stage.mjs';

before(startBrowser);
after(stopBrowser);

for (const dark of [false, true]) {
  for (const phone of [false, true]) {
    const name = `${phone ? 'phone' : 'desktop'}-${dark ? 'dark' : 'light'}`;
    test(`everybody can use it: ${name}`, async (t) => {
      const page = await visit(t, { dark, phone, scale: phone ? 2 : 1 });
      assert.deepEqual(await violations(page), []);
      await picture(page, `page-empty-${name}`);
      await ask(page, 'river');
      await begun(page);
      // A heading whose text is on its way is an empty one for a moment.
      await eventually('no violation while it comes', async () => (await violations(page)).length === 0);
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
