/** The storage in a real browser: reloads, closed tabs, quotas, blocked and deleted databases, keys. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { DevTools } from '../package/support/devtools.mjs';
import { eventually, startServer } from '../package/support/server.mjs';
import { startWireServer } from './support/wire-server.mjs';

/** Against hangs, not for slow machines. */
const LIMIT_MS = 180_000;
const numbers = (count, first = 1) => Array.from({ length: count }, (_, index) => first + index);
let pages;
let browser;

before(async () => {
  pages = await startServer();
  browser = new DevTools();
});

after(
  async () => {
    await browser?.close();
    await pages?.stop();
  },
  { timeout: 60_000 },
);

/** Runs in a page: makes its outbox, and what tests call. */
async function prepare([url, { entry = 'index', ...options }]) {
  const [{ WebSocket }, { Outbox }] = await Promise.all([import(`/pkg/dist/${entry}.mjs`), import('/pkg/dist/outbox.mjs')]);
  globalThis.reported = [];
  addEventListener('error', ({ message }) => reported.push(message));
  globalThis.start = (url, more) => {
    globalThis.ws = new WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 200 } });
    globalThis.outbox = new Outbox(ws, { ...options, ...more });
    return outbox;
  };
  if (url) start(url);
}

const inTabs = (name, run) =>
  test(name, { timeout: LIMIT_MS }, async (context) => {
    const wire = await startWireServer();
    context.after(() => wire.stop());
    const box = name.replaceAll(/\W+/g, '-');
    /** Opens a tab; without a URL nothing is started in it. */
    const open = async (url = wire.url, options = {}) => {
      const tab = await browser.tab(`${pages.origin}/blank?${box}`);
      context.after(() => tab.end().catch(() => {}));
      await tab.evaluate(prepare, [url, { box, ...options }]);
      return tab;
    };
    await run({ wire, open, box });
    // Each once, and in order.
    const last = new Map();
    for (const { box, n } of wire.done) {
      assert.ok(n > (last.get(box) ?? 0), `${n} of ${box} after ${last.get(box)}`);
      last.set(box, n);
    }
  });

const NOWHERE = 'ws://127.0.0.1:9/';
const store = (tab, items) => tab.evaluate((items) => Promise.all(items.map((item) => outbox.deliver({ item }).stored)), items);
const doneIs = (wire, items) => eventually(() => assert.deepEqual(wire.items, items), 60_000);

inTabs('what a page leaves behind is sent after a reload, in order', async ({ wire, open, box }) => {
  const tab = await open(NOWHERE);
  assert.deepEqual(await store(tab, numbers(50)), Array(50).fill('disk'));
  await tab.goto(`${pages.origin}/blank?again`);
  await tab.evaluate(prepare, [wire.url, { box }]);
  await doneIs(wire, numbers(50));
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0));
  // Nothing of it is left.
  await tab.goto(`${pages.origin}/blank?third`);
  await tab.evaluate(prepare, [wire.url, { box }]);
  await store(tab, [51]);
  await doneIs(wire, numbers(51));
});

inTabs('what a closed tab leaves behind is sent by one that is open', async ({ wire, open }) => {
  const staying = await open();
  const leaving = await open(NOWHERE);
  await store(leaving, numbers(5));
  await leaving.end();
  await doneIs(wire, numbers(5));
  await eventually(async () => assert.equal(await staying.evaluate(() => outbox.size), 0));
});

inTabs('two tabs never own one box', async ({ wire, open }) => {
  const first = await open(NOWHERE);
  await store(first, numbers(3));
  const second = await open();
  await store(second, [9]);
  await doneIs(wire, [9]);
  assert.equal(await second.evaluate(() => outbox.size), 0);
  assert.equal(await first.evaluate(() => outbox.size), 3);
});

inTabs('another user’s messages wait until that user is back', async ({ wire, open, box }) => {
  const ada = await open(NOWHERE);
  await store(ada, [1]);
  await ada.end();
  const eve = await open(wire.url, { box: `${box}-eve` });
  await store(eve, [2]);
  await doneIs(wire, [2]);
  await open();
  await doneIs(wire, [2, 1]);
});

inTabs('a full disk: deliver() rejects, and what was kept stays and is sent', async ({ wire, open }) => {
  const tab = await open('');
  const { origin } = pages;
  const usage = await tab.evaluate(async () => (await navigator.storage.estimate()).usage);
  await tab.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: usage + 500_000 });
  await tab.evaluate((url) => void start(url, { database: 'full' }), NOWHERE);
  await store(tab, numbers(3));
  const outcome = await tab.evaluate(
    async () => {
      // Chance, because the browser compresses.
      const chunk = () => String.fromCharCode(...crypto.getRandomValues(new Uint16Array(10_000)));
      const text = Array.from({ length: 300 }, chunk).join('');
      let delivery;
      for (;;) {
        delivery = outbox.deliver({ item: 4, text });
        // Of the same task, and small.
        const small = outbox.deliver({ item: 5 });
        const [{ status }] = await Promise.allSettled([delivery.stored, small.stored]);
        if (status === 'rejected') break;
        // Chromium remembers for up to a minute how much room there was.
        for (const each of [delivery, small]) each.cancel();
        await new Promise((done) => setTimeout(done, 1_000));
      }
      const errors = [];
      await delivery.stored.catch(({ name }) => errors.push(name));
      await delivery.catch(({ name }) => errors.push(name));
      return [...errors, delivery.state, outbox.size];
    },
    undefined,
    150_000,
  );
  await tab.send('Storage.overrideQuotaForOrigin', { origin });
  assert.deepEqual(outcome, ['QuotaExceededError', 'QuotaExceededError', 'failed', 4]);
  await store(tab, [6]);
  await tab.evaluate((url) => {
    outbox.close();
    start(url, { database: 'full' });
  }, wire.url);
  await doneIs(wire, [1, 2, 3, 5, 6]);
});

inTabs('a database of a newer version: messages are kept in memory', async ({ wire, open }) => {
  const tab = await open('');
  const stored = await tab.evaluate(async (url) => {
    await new Promise((done) => {
      indexedDB.open('newer', 99).onsuccess = done;
    });
    start(url, { database: 'newer' });
    return outbox.deliver({ item: 1 }).stored;
  }, wire.url);
  assert.equal(stored, 'memory');
  await doneIs(wire, [1]);
});

inTabs('a database that another page deletes doesn’t block it, and is made anew', async ({ wire, open }) => {
  const tab = await open(wire.url, { database: 'deleted' });
  await store(tab, [1]);
  await doneIs(wire, [1]);
  const how = await tab.evaluate(
    () =>
      new Promise((resolve) => {
        const request = indexedDB.deleteDatabase('deleted');
        request.onsuccess = () => resolve('deleted');
        request.onblocked = () => resolve('blocked');
      }),
  );
  assert.equal(how, 'deleted');
  assert.deepEqual(await store(tab, [2, 3]), ['disk', 'disk']);
  await doneIs(wire, [1, 2, 3]);
});

inTabs('with a key the disk has no message in clear text, and the next page reads it with the key', async ({ wire, open }) => {
  const tab = await open('');
  const withKey = async ([url, password]) => {
    const bytes = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(password));
    const key = await crypto.subtle.importKey('raw', bytes, 'AES-GCM', false, ['encrypt', 'decrypt']);
    start(url, { database: 'sealed', key });
  };
  await tab.evaluate(withKey, [NOWHERE, 'right']);
  const kept = await tab.evaluate(async () => {
    await Promise.all([1, 2, 3].map((item) => outbox.deliver({ item, secret: 'treasure' }).stored));
    const database = await new Promise((resolve) => {
      const request = indexedDB.open('sealed');
      request.onsuccess = () => resolve(request.result);
    });
    const all = await new Promise((resolve) => {
      const request = database.transaction('box').objectStore('box').getAll();
      request.onsuccess = () => resolve(request.result);
    });
    database.close();
    outbox.close();
    const text = ({ data }) => new TextDecoder('latin1').decode(data.sealed) + JSON.stringify(data);
    return [all.length, all.some((each) => text(each).includes('treasure'))];
  });
  assert.deepEqual(kept, [3, false]);
  // With another key it stays where it is.
  await tab.evaluate(withKey, [wire.url, 'wrong']);
  await store(tab, [9]);
  await doneIs(wire, [9]);
  await tab.evaluate(() => outbox.close());
  await tab.evaluate(withKey, [wire.url, 'right']);
  await doneIs(wire, [9, 1, 2, 3]);
});

inTabs('what an older version has stored is converted', async ({ wire, open }) => {
  const tab = await open('');
  await tab.evaluate(async (nowhere) => {
    start(nowhere);
    await outbox.deliver({ number: 1 }).stored;
    outbox.close();
  }, NOWHERE);
  await tab.evaluate((url) => {
    start(url, { version: 2, migrate: ({ number }, version) => ({ item: number * 10 + version }) });
  }, wire.url);
  await doneIs(wire, [11]);
});

inTabs('erase() leaves nothing of this user', async ({ wire, open, box }) => {
  const gone = await open(NOWHERE);
  await store(gone, numbers(3));
  await gone.end();
  const tab = await open(NOWHERE);
  await store(tab, numbers(3));
  await tab.evaluate(() => outbox.erase());
  await tab.goto(`${pages.origin}/blank?erased`);
  await tab.evaluate(prepare, [wire.url, { box }]);
  await store(tab, [9]);
  await doneIs(wire, [9]);
});

/** Runs in a page: receives into `handled`, and calls `handle` with each. */
async function receive() {
  globalThis.handled = [];
  const receiver = outbox.receive({
    position: ({ data }) => (data.includes('"seq"') ? JSON.parse(data).seq : undefined),
    subscribe: (position = 0) => JSON.stringify({ subscribe: position }),
  });
  (async () => {
    for await (const { data } of receiver) {
      handled.push(JSON.parse(data).text);
      if (data.includes('wait')) await new Promise(() => {});
    }
  })();
}
const handledIs = (tab, texts) => eventually(async () => assert.deepEqual(await tab.evaluate(() => handled), texts), 60_000);

inTabs('what is received goes on after a reload behind the last that was handled', async ({ wire, open, box }) => {
  const tab = await open();
  await tab.evaluate(receive);
  wire.publish('a', 'b', 'wait', 'd');
  await handledIs(tab, ['a', 'b', 'wait']);
  // It is written by then: what is stored after it is.
  await store(tab, [1]);
  await tab.goto(`${pages.origin}/blank?again`);
  await tab.evaluate(prepare, [wire.url, { box }]);
  await tab.evaluate(receive);
  await handledIs(tab, ['wait']);
  assert.deepEqual(wire.subscribed, [0, 2]);
});

inTabs('one tab of a user receives; when it is gone, another goes on', async ({ wire, open }) => {
  const first = await open();
  await first.evaluate(receive);
  await eventually(() => assert.deepEqual(wire.subscribed, [0]));
  const second = await open();
  await second.evaluate(receive);
  wire.publish('a', 'b');
  await handledIs(first, ['a', 'b']);
  await store(first, [1]);
  await first.end();
  // A page that is being closed runs for a moment yet. When the other receives, it is gone.
  await eventually(() => assert.deepEqual(wire.subscribed, [0, 2]));
  wire.publish('c');
  await handledIs(second, ['c']);
});

inTabs('a page that is left posts the rest, and nothing is done twice', async ({ wire, open, box }) => {
  const tab = await open(NOWHERE, { flush: wire.postUrl });
  await store(tab, numbers(20));
  await tab.evaluate(() => [...outbox].filter(({ message }) => message.item === 10).map((each) => each.cancel()));
  await tab.goto(`${pages.origin}/blank?left`);
  const done = numbers(20).filter((item) => item !== 10);
  // There is no page with an outbox.
  await doneIs(wire, done);
  assert.equal(wire.posted.length, 1);
  await tab.evaluate(prepare, [wire.url, { box }]);
  await store(tab, [21]);
  await doneIs(wire, [...done, 21]);
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0));
});

inTabs('no more is posted than a browser takes: the rest is sent by the next page', async ({ wire, open, box }) => {
  const tab = await open('');
  await tab.evaluate(([url, flush]) => void start(url, { flush }), [NOWHERE, wire.postUrl]);
  await tab.evaluate(async () => {
    const all = [1, 2, 3, 4, 5].map((item) => outbox.deliver({ item, text: 'ä'.repeat(10_000) }));
    await Promise.all(all.map((each) => each.stored));
  });
  await tab.goto(`${pages.origin}/blank?left`);
  await doneIs(wire, numbers(3));
  await tab.evaluate(prepare, [wire.url, { box }]);
  await doneIs(wire, numbers(5));
});

inTabs('a page in the back/forward cache frees its boxes, and takes them again', async ({ wire, open, box }) => {
  const tab = await open('');
  await tab.evaluate((nowhere) => {
    globalThis.target = nowhere;
    start(() => globalThis.target);
    addEventListener('pageshow', ({ persisted }) => {
      globalThis.persisted = persisted;
    });
  }, NOWHERE);
  await store(tab, numbers(3));
  await tab.goto(`${pages.origin}/blank?elsewhere`);
  // Another tab sends what it has left.
  const other = await open();
  await doneIs(wire, numbers(3));
  await other.end();
  // In a while: a script whose page goes into the cache beneath it would end only once it is back.
  await tab.evaluate(() => void setTimeout(() => history.back(), 100));
  const isBack = async () => assert.equal(await tab.evaluate(() => location.search, undefined, 2_000), `?${box}`);
  await eventually(isBack, 60_000);
  const reasons = await tab.evaluate(() => JSON.stringify(performance.getEntriesByType('navigation')[0].notRestoredReasons));
  assert.equal(await tab.evaluate(() => globalThis.persisted), true, reasons);
  // It knows nothing of what became of them, and its server does.
  // It knows nothing of what became of them, and its server does.
  await tab.evaluate((url) => {
    globalThis.target = url;
    ws.reconnect();
  }, wire.url);
  await store(tab, [4]);
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0), 60_000);
  assert.deepEqual(wire.items, numbers(4));
});

inTabs('tabs share one connection, each with a box of its own, and the tab that holds it crashes', async ({ wire, open }) => {
  const tabs = [
    await open(wire.url, { entry: 'tabs' }),
    await open(wire.url, { entry: 'tabs' }),
    await open(wire.url, { entry: 'tabs' }),
  ];
  const roles = () => Promise.all(tabs.map((tab) => tab.evaluate(() => ws.role)));
  await eventually(async () => assert.deepEqual((await roles()).sort(), ['follower', 'follower', 'leader']), 60_000);
  assert.equal(wire.countLive(), 1);
  let item = 0;
  const deliverAll = async (count) => {
    for (let round = 0; round < count; round += 1) {
      item += tabs.length;
      await Promise.all(tabs.map((tab, at) => store(tab, [item - at])));
    }
  };
  await deliverAll(20);
  const [leader] = tabs.splice((await roles()).indexOf('leader'), 1);
  // Of the last ones some are on their way.
  await leader.evaluate(() => void Array.from({ length: 50 }, (_, at) => outbox.deliver({ item: 10_000 + at })));
  await leader.send('Page.crash', {}, 1_000).catch(() => {});
  await deliverAll(20);
  // Those of the leader that were stored come by the tab that adopts its box.
  await eventually(() => assert.equal(wire.items.filter((each) => each < 10_000).length, item), 60_000);
  for (const tab of tabs) await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0), 60_000);
  assert.deepEqual(
    wire.items.filter((each) => each < 10_000).sort((one, other) => one - other),
    numbers(item),
  );
  assert.equal(wire.countLive(), 1);
});

inTabs('thousands: throughput, and what waits costs nothing', async ({ wire, open }) => {
  const tab = await open();
  const run = (count) =>
    tab.evaluate(async (count) => {
      const begun = performance.now();
      const all = Array.from({ length: count }, (_, item) => outbox.deliver({ item }));
      await Promise.all(all.map((each) => each.stored));
      const stored = performance.now() - begun;
      await Promise.all(all);
      return { count, stored: Math.round(stored), ms: Math.round(performance.now() - begun) };
    }, count);
  await run(100);
  const [few, many] = [await run(500), await run(10_000)];
  const rate = ({ count, ms }) => Math.round((count / ms) * 1_000);
  console.log(`# ${rate(few)} a second of 500, ${rate(many)} of 10,000 (stored in ${many.stored} ms)`);
  assert.equal(wire.items.length, 10_600);
  // A tenth of what an idle machine does.
  assert.ok(rate(many) > 300, `${rate(many)} a second`);
  assert.ok(rate(many) > rate(few) / 4, `${rate(few)} a second of 500, ${rate(many)} of 10,000`);
});
