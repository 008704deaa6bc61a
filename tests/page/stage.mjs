// A real browser before a real gateway before a simulator, for the tests in this folder.
import { mkdirSync, readFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** Long, because machines are busy; nothing waits for it to pass. */
export const PATIENCE = 30_000;

export const place = JSON.parse(readFileSync(process.env.PAGE_PLACE, 'utf8'));
export const url = (port) => `http://127.0.0.1:${port}/`;

/** The screenshots that the documentation shows. */
const SHOWN = ['page-answer-desktop-light', 'page-compare-desktop-dark', 'page-wire-phone-dark'];

/** Takes a screenshot: for whoever wants to look, and for the documentation when that was asked for. */
export const picture = async (page, name) => {
  const documented = process.env.PAGE_PICTURES && SHOWN.includes(name);
  const folder = documented ? process.env.PAGE_PICTURES : `${root}target/page/pictures`;
  mkdirSync(folder, { recursive: true });
  await page.screenshot({ path: `${folder}/${name}.png` });
};

const DESKTOP = { width: 1280, height: 860 };
export const PHONE = { width: 390, height: 844 };

let browser;
export const startBrowser = async () => {
  browser = await chromium.launch({
    executablePath: process.env.PAGE_BROWSER,
    args: ['--no-sandbox', '--disable-quic', '--disable-background-networking', '--disable-component-update'],
  });
};
export const stopBrowser = () => browser.close();

/** Everything that the page was told to be wrong, and whom it has talked to. */
export const watch = (page) => {
  const seen = { errors: [], origins: new Set(), assets: [] };
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => message.type() === 'error' && seen.errors.push(message.text()));
  page.on('request', (request) => {
    const { protocol, host, pathname } = new URL(request.url());
    seen.origins.add(protocol + host);
    if (pathname.startsWith('/assets/')) {
      seen.assets.push(pathname.slice('/assets/'.length));
    }
  });
  return seen;
};

/** A new visitor with an empty browser. */
export const visit = async (
  t,
  { port = place.open, phone = false, dark = false, language = 'en-GB', scale = 1 } = {},
) => {
  const context = await browser.newContext({
    viewport: phone ? PHONE : DESKTOP,
    hasTouch: phone,
    isMobile: phone,
    deviceScaleFactor: scale,
    colorScheme: dark ? 'dark' : 'light',
    locale: language,
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(PATIENCE);
  t.after(() => context.close());
  const page = await context.newPage();
  page.seen = watch(page);
  await page.goto(url(port));
  await page.getByRole('textbox', { name: /^(Message|Nachricht)$/ }).waitFor();
  return page;
};

export const choose = async (page, model, which = 0) => {
  await page.locator('ft-model > button').nth(which).click();
  await page.getByRole('combobox').fill(model);
  await page.keyboard.press('Enter');
};

/** Asks a model something, and does not wait for the answer. */
export const ask = async (page, model, text = 'How does a river find its way to the sea?') => {
  await choose(page, model);
  await say(page, text);
};

export const say = async (page, text) => {
  const before = await answers(page).count();
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
  await page.waitForFunction((n) => document.querySelectorAll('ft-answer').length > n, before);
};

export const answers = (page) => page.locator('ft-answer');
export const lastAnswer = (page) => page.locator('ft-answer').last();

/** Waits until the last answer has ended and is shown whole. */
export const whole = async (page) => {
  await over(page);
  return said(lastAnswer(page));
};

/** Waits until every answer has ended and is shown whole. */
export const over = (page) =>
  page.waitForFunction(() => {
    const all = Array.from(document.querySelectorAll('ft-answer'));
    return all.length > 0 && all.every((a) => a.matches('[data-shown][aria-busy=false]'));
  });

/** The words of an answer. */
export const said = (answer) => answer.locator('.said').innerText();

/** What stands beside an answer's rail, by name. */
export const figures = (answer) =>
  answer
    .locator('.figures > div')
    .evaluateAll((all) =>
      Object.fromEntries(all.map((pair) => ['dt', 'dd'].map((tag) => pair.querySelector(tag).textContent.trim()))),
    );

/** Waits until an answer has some words. */
export const begun = (page, chars = 40) =>
  page.waitForFunction(
    (least) => (Array.from(document.querySelectorAll('ft-answer .said')).at(-1)?.textContent ?? '').length >= least,
    chars,
  );

/** What the provider saw: requests for answers, newest last. */
export const exchanges = async (model) => {
  const all = await (await fetch(url(place.witness))).json();
  return model ? all.filter(({ request }) => request.model === model) : all;
};

/** The text that a model says when nobody disturbs it. */
export const undisturbed = async (name, text) => {
  const response = await fetch(`${url(place.open)}v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: name, messages: [{ role: 'user', content: text }] }),
  });
  return (await response.json()).choices[0].message.content;
};

export const plain = (text) => text.replace(/\s+/g, ' ').trim();

/** Waits for something to become true. */
export const eventually = async (what, holds) => {
  const by = Date.now() + PATIENCE;
  for (;;) {
    const found = await holds();
    if (found) {
      return found;
    }
    if (Date.now() > by) {
      throw new Error(`not in time: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

/** A name that no other test has used, for a model with these words. */
let count = (process.pid % 1_000_000) * 1000;
export const model = (words) => `sim/${words}+seed-${++count}`;

/** What stands between the browser and the gateway, and can be cut. */
export const startWire = async (t) => {
  const sockets = new Set();
  const server = createServer((client) => {
    const upstream = connect(place.open, '127.0.0.1');
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        sockets.delete(from);
        to.destroy();
      });
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const cut = () => sockets.forEach((socket) => socket.destroy());
  t.after(() => {
    server.close();
    cut();
  });
  return { port: server.address().port, cut };
};

const TASK = 'ThreadControllerImpl::RunTask';

/**
 * What the page's main thread was busy with while something was done: when, in milliseconds from the beginning, and for
 * how many milliseconds of a processor's time.
 */
export const busy = async (doing) => {
  const session = await browser.newBrowserCDPSession();
  const events = [];
  session.on('Tracing.dataCollected', ({ value }) => {
    events.push(...value.filter(({ name }) => ['thread_name', 'ResourceFinish', TASK].includes(name)));
  });
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel', 'devtools.timeline'], recordMode: 'recordAsMuchAsPossible' },
  });
  await doing();
  const complete = new Promise((resolve) => session.once('Tracing.tracingComplete', resolve));
  await session.send('Tracing.end');
  await complete;
  await session.detach();
  const thread = ({ pid, tid }) => `${pid}/${tid}`;
  const main = new Set(
    events.filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain').map(thread),
  );
  const all = events.filter((e) => e.name === TASK && main.has(thread(e))).sort((a, b) => a.ts - b.ts);
  // When a response has ended, the debugger that we drive the browser with takes in the whole of it.
  const ends = events.filter(({ name }) => name === 'ResourceFinish').map(({ ts }) => ts);
  const tasks = all.filter(({ ts, dur }) => !ends.some((end) => ts <= end && end <= ts + dur));
  return tasks.map(({ ts, tdur }) => ({ at: (ts - tasks[0].ts) / 1000, ms: (tdur ?? 0) / 1000 }));
};

const axe = readFileSync(fileURLToPath(import.meta.resolve('axe-core/axe.min.js')), 'utf8');

/** What axe finds wrong with a page as it is. */
export const violations = async (page) => {
  // The page's policy takes no script from elsewhere, and that is meant to be so: this one comes over the debugger.
  await page.evaluate(axe);
  const found = await page.evaluate(() =>
    globalThis.axe.run(document, {
      resultTypes: ['violations'],
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return found.violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((n) => `${n.target} ${n.failureSummary}`).join(' | ')}`,
  );
};

/** A page with the modules of the page in it, and nothing else. */
export const modules = async (t) => {
  const context = await browser.newContext();
  t.after(() => context.close());
  const page = await context.newPage();
  await page.goto('about:blank');
  await page.addScriptTag({ path: `${root}web/page/dist-test/modules.js` });
  return page;
};
