/** The lab page, as somebody uses it who has just typed `cargo xtask demo`. */
import assert from 'node:assert/strict';
import { ENGINE } from './support/engine.mjs';
import { inPage, sideBySide } from './support/suite.mjs';

/** Opens the lab on the test's endpoint. */
async function openLab({ page, endpoint, server }) {
  await page.goto(`${server.origin}/?${new URLSearchParams({ endpoint: endpoint.name })}`);
  await hasStatus(page, 'open');
}

/** Gives the server time for its answers that it may need on a busy machine. Takes one connection more. */
async function bePatient({ page, endpoint }) {
  const { accepted: before } = await endpoint.seen();
  await page.locator('#timeout').fill('60000');
  await page.locator('#apply').click();
  await endpoint.until(({ accepted, live }) => accepted > before && live === 1);
  await hasStatus(page, 'open');
}

const hasStatus = (page, status, timeout = 90_000) => page.locator(`#status[data-status="${status}"]`).waitFor({ timeout });

/** Injects a fault by its button, and waits until the server has taken the order. */
async function inject(page, action) {
  const taken = ([action, before]) => {
    performance.setResourceTimingBufferSize(10_000);
    const orders = performance.getEntriesByType('resource').filter(({ name }) => new URL(name).pathname.endsWith(`/${action}`));
    return before === undefined ? orders.length : orders.length > before;
  };
  const before = await page.evaluate(taken, [action]);
  await page.locator(`#${action}`).click();
  await page.waitForFunction(taken, [action, before], { timeout: 90_000 });
}

/** Waits for a row of the log. */
const logged = (page, type, text) =>
  page.locator(`#log li[data-type="${type}"]`, { hasText: text }).last().waitFor({ timeout: 90_000 });

/** The page's own code is the same in every browser. That it connects, sends and comes back is seen in each (`everywhere`). */
const inLab = (name, run, { patient = true, everywhere = false, ...options } = {}) =>
  (everywhere || ENGINE === 'chromium') &&
  inPage(
    name,
    async (world) => {
      await openLab(world);
      if (patient) await bePatient(world);
      /** How many connections more there have been. */
      const { accepted: before } = await world.endpoint.seen();
      const more = async () => (await world.endpoint.seen()).accepted - before;
      await run({ ...world, more });
      await world.page.evaluate(() => {});
      assert.deepEqual(world.page.complaints, [], 'what the page complains of');
    },
    options,
  );

sideBySide('the lab', () => {
  inLab(
    'the page connects by itself and shows how it stands',
    async ({ page, endpoint }) => {
      assert.equal(await page.locator('#status').textContent(), 'open');
      assert.equal(await page.locator('#attempt').textContent(), '0');
      assert.match(await page.locator('#url').textContent(), /^ws:\/\/127\.0\.0\.1:\d+\/echo\?endpoint=/);
      assert.equal(await page.locator('#next').isVisible(), false);
      assert.equal(await page.locator('#notice').isVisible(), false);
      await logged(page, 'open', '');
      await endpoint.until(({ live }) => live === 1);
    },
    { patient: false, everywhere: true },
  );

  inLab(
    'Drop loses the connection, and it is back by itself',
    async ({ page, more }) => {
      await page.locator('#drop').click();
      await logged(page, 'close', '1006');
      await logged(page, 'reconnecting', 'cause: closed');
      await logged(page, 'open', 'back after');
      await hasStatus(page, 'open');
      assert.equal(await page.locator('#cause').textContent(), 'closed');
      assert.equal(await more(), 1);
    },
    { everywhere: true },
  );

  inLab('while it waits there is a countdown, and "now" ends it', async ({ page, more }) => {
    await page.locator('#close-code').fill('4000');
    await page.locator('#close-reason').fill('{"retryAfter":60000}');
    await page.locator('#server-close').click();
    await hasStatus(page, 'waiting');
    await page.locator('#next').waitFor();
    const first = await page.locator('#countdown').textContent();
    await page.waitForFunction((first) => document.querySelector('#countdown').textContent !== first, first);
    await page.locator('#now').click();
    await hasStatus(page, 'open');
    assert.equal(await page.locator('#next').isVisible(), false);
    assert.equal(await more(), 1);
  });

  inLab('Close with a final code is the end, and reconnect() starts again', async ({ page }) => {
    await page.locator('#close-code').fill('4401');
    await page.locator('#server-close').click();
    await hasStatus(page, 'closed');
    await logged(page, 'close', 'will not reconnect');
    await page.locator('#reconnect').click();
    await hasStatus(page, 'open');
  });

  inLab(
    'Freeze is noticed by the heartbeat, and the connection replaced',
    async ({ page, endpoint }) => {
      const { accepted: before } = await endpoint.seen();
      await page.locator('#freeze').click();
      await logged(page, 'reconnecting', 'cause: heartbeat');
      await hasStatus(page, 'open');
      await logged(page, 'close', 'heartbeat timeout');
      // With a heartbeat of 1.5 s a busy machine may have lost another one.
      assert.ok((await endpoint.seen()).accepted > before);
    },
    { patient: false },
  );

  inLab(
    'a text and a file are sent, and come back',
    async ({ page, endpoint }) => {
      await page.locator('#send-text').fill('hello, lab');
      await page.locator('#send').click();
      await logged(page, 'send', 'hello, lab');
      await logged(page, 'message', 'hello, lab');
      await page
        .locator('#file')
        .setInputFiles({ name: 'picture.bin', mimeType: 'application/octet-stream', buffer: Buffer.alloc(3_000) });
      await logged(page, 'send', 'picture.bin');
      await logged(page, 'message', 'binary');
      const sent = (await endpoint.received()).filter(({ text }) => text !== 'ping').map(({ text, binary }) => text ?? binary);
      assert.deepEqual(sent, ['hello, lab', 3_000]);
    },
    { everywhere: true },
  );

  inLab('a burst to an endpoint that refuses waits, and all of it comes back once', async ({ page, endpoint }) => {
    await page.locator('#refuse-for').fill('3');
    await inject(page, 'refuse');
    await page.locator('#drop').click();
    await logged(page, 'reconnecting', 'cause: closed');
    await page.locator('#burst-count').fill('200');
    await page.locator('#burst').click();
    await page.locator('#burst-result', { hasText: '200 back · none twice · none out of order' }).waitFor({ timeout: 90_000 });
    const texts = (await endpoint.received()).filter(({ text }) => text.startsWith('burst'));
    assert.equal(texts.length, 200);
  });

  inLab(
    'requests are answered and timed; those under way on a lost connection are lost, unless they may be sent again',
    async ({ page }) => {
      const result = (text) => page.locator('#request-result', { hasText: text }).waitFor({ timeout: 90_000 });
      await page.locator('#request').click();
      await result(/^1 of 1 answered · in [\d.,]+ ms$/);
      await logged(page, 'request', '1 of 1 answered');
      await page.locator('#request-count').fill('50');
      await page.locator('#request').click();
      await result(/^50 of 50 answered · half within .* · all within /);
      await page.locator('#delay-ms').fill('60000');
      await inject(page, 'delay');
      await page.locator('#request').click();
      await result('waiting');
      await page.locator('#drop').click();
      await result('0 of 50 answered · 50 × ConnectionLostError');
      await hasStatus(page, 'open');
      await page.locator('#request-retry').check();
      await page.locator('#request').click();
      await inject(page, 'accept');
      await page.locator('#drop').click();
      await result('50 of 50 answered');
      await page.locator('#request-body').fill('5');
      await page.locator('#request').click();
      await result('a request is a plain object');
    },
  );

  inLab('a slow handshake is shown as connecting, slow answers as latency', async ({ page }) => {
    await page.locator('#delay-ms').fill('300');
    await inject(page, 'delay');
    await page.waitForFunction(() => Number.parseFloat(document.querySelector('#latency').textContent) >= 300, undefined, {
      timeout: 60_000,
    });
    await page.locator('#handshake-ms').fill('1500');
    await inject(page, 'handshake');
    // The handshake may be over before a page on a busy machine is looked at again.
    await page.evaluate(() => {
      const status = document.querySelector('#status');
      globalThis.shown = [];
      new MutationObserver(() => shown.push(status.dataset.status)).observe(status, { attributes: true });
    });
    await page.locator('#reconnect').click();
    await page.waitForFunction(() => shown.includes('connecting'));
    await hasStatus(page, 'open');
  });

  inLab('an impossible option is refused in words, and the socket stays', async ({ page, endpoint, more }) => {
    await page.locator('#min-delay').fill('-5');
    await page.locator('#apply').click();
    await page.locator('#options-error', { hasText: 'minDelay' }).waitFor();
    assert.equal(await page.locator('#status').textContent(), 'open');
    assert.equal(await more(), 0);
    const { accepted: before } = await endpoint.seen();
    await page.locator('#min-delay').fill('100');
    await page.locator('#apply').click();
    await endpoint.until(({ accepted, live }) => accepted === before + 1 && live === 1);
    assert.equal(await page.locator('#options-error').isVisible(), false);
  });
});
