/** The storage in a real browser: reloads, closed tabs, quotas, blocked and deleted databases, keys. */
import assert from 'node:assert/strict';
import { eventually } from '../package/support/server.mjs';
import { doneIs, inTabs, NOWHERE, numbers, pages, prepare, store } from './support/tabs.mjs';

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
  await eventually(async () => assert.equal(await second.evaluate(() => outbox.size), 0));
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

inTabs('a database that another page keeps from being opened: messages are kept in memory', async ({ wire, open }) => {
  const tab = await open('');
  const stored = await tab.evaluate(async (url) => {
    // Another version is open, and doesn't give way; a newer one waits for that, and everybody behind it.
    const old = await new Promise((resolve) => {
      indexedDB.open('blocked', 1).onsuccess = ({ target }) => resolve(target.result);
    });
    indexedDB.open('blocked', 2);
    start(url, { database: 'blocked' });
    const stored = await outbox.deliver({ item: 1 }).stored;
    old.close();
    return stored;
  }, wire.url);
  assert.equal(stored, 'memory');
  await doneIs(wire, [1]);
});

inTabs(
  'a clock that is set back or forward by an hour loses nothing, and what is kept for days stays',
  async ({ wire, open }) => {
    const tab = await open('');
    const setClock = (ms) => {
      globalThis.realNow ??= Date.now;
      Date.now = () => realNow.call(Date) + ms;
    };
    const HOUR_MS = 3_600_000;
    for (const [at, [stored, read]] of [
      [0, -HOUR_MS],
      [-HOUR_MS, 0],
      [0, HOUR_MS],
    ].entries()) {
      await tab.evaluate(setClock, stored);
      await tab.evaluate((url) => void start(url), NOWHERE);
      await store(tab, [at * 2 + 1]);
      await tab.evaluate(setClock, read);
      await store(tab, [at * 2 + 2]);
      await tab.evaluate((url) => {
        outbox.close();
        start(url);
      }, wire.url);
      await doneIs(wire, numbers(at * 2 + 2));
      await tab.evaluate(() => outbox.close());
    }
  },
);

inTabs(
  'a message that was cancelled is not sent by the next page, and the others of its task are',
  async ({ wire, open, box }) => {
    const tab = await open(NOWHERE);
    await store(tab, numbers(9));
    await tab.evaluate(async () => {
      const [, second, , , fifth] = outbox.pending;
      for (const each of [second, fifth]) each.cancel();
      // When it is told, it is true.
      await Promise.allSettled([second, fifth]);
    });
    await tab.send('Page.crash', {}, 1_000).catch(() => {});
    const next = await open(wire.url, { box });
    await doneIs(wire, [1, 3, 4, 6, 7, 8, 9]);
    await eventually(async () => assert.equal(await next.evaluate(() => outbox.size), 0));
  },
);

inTabs(
  'after a reload without a connection, what the server has done of a task is not shown as pending',
  async ({ wire, open, box }) => {
    const tab = await open();
    wire.fails = ({ item }) => item === 7;
    await store(tab, numbers(9));
    await doneIs(wire, numbers(6));
    await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 3));
    wire.cut();
    await tab.evaluate(() => ws.close());
    await eventually(async () => assert.equal(await tab.evaluate(() => ws.readyState), 3));
    // It is written by then: what is stored after it is.
    await store(tab, [10]);
    await tab.goto(`${pages.origin}/blank?again`);
    await tab.evaluate(prepare, [NOWHERE, { box }]);
    await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 4));
    wire.fails = () => false;
    await tab.evaluate((url) => {
      outbox.close();
      start(url);
    }, wire.url);
    await doneIs(wire, numbers(10));
  },
);

inTabs(
  'after a refusal with `onError: stop`, the next page sends nothing before resume(), either',
  async ({ wire, open, box }) => {
    wire.refuses = ({ item }) => item === 2;
    const tab = await open(wire.url, { onError: 'stop', window: 1 });
    await store(tab, numbers(4));
    await eventually(async () => assert.equal(await tab.evaluate(() => outbox.stopped), true));
    await store(tab, [5]);
    await tab.goto(`${pages.origin}/blank?again`);
    await tab.evaluate(prepare, [wire.url, { box, onError: 'stop' }]);
    await eventually(async () => assert.equal(await tab.evaluate(() => outbox.stopped), true));
    assert.deepEqual(wire.items, [1]);
    await tab.evaluate(() => outbox.resume());
    await doneIs(wire, [1, 3, 4, 5]);
  },
);

inTabs('a server that was restored from a backup is reported after a reload, too', async ({ wire, open, box }) => {
  const tab = await open();
  await store(tab, numbers(5));
  await doneIs(wire, numbers(5));
  await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0));
  await tab.evaluate(() => ws.close());
  await eventually(async () => assert.equal(await tab.evaluate(() => ws.readyState), 3));
  await store(tab, [6]);
  const [[name]] = wire.boxes;
  wire.boxes.set(name, 2);
  wire.done.length = 0;
  await tab.goto(`${pages.origin}/blank?again`);
  await tab.evaluate(prepare, ['', { box }]);
  await tab.evaluate((url) => {
    globalThis.regressed = [];
    start(url).addEventListener('regressed', ({ done, acknowledged }) => regressed.push([done, acknowledged]));
  }, wire.url);
  await doneIs(wire, [6]);
  await eventually(async () => assert.deepEqual(await tab.evaluate(() => regressed), [[2, 5]]));
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
    const sealed = all.flatMap(({ data }) => data);
    const text = (data) => new TextDecoder('latin1').decode(data.sealed) + JSON.stringify(data);
    return [sealed.length, sealed.some((each) => text(each).includes('treasure'))];
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

inTabs('erase() while a box is being adopted leaves nothing of it', async ({ wire, open }) => {
  const tab = await open('');
  await tab.evaluate(async (nowhere) => {
    start(nowhere);
    await Promise.all([1, 2, 3].map((item) => outbox.deliver({ item }).stored));
    outbox.close();
    // It is read, and not adopted yet.
    const migrate = (message) => {
      globalThis.erased ??= outbox.erase();
      return message;
    };
    start(nowhere, { version: 2, migrate });
  }, NOWHERE);
  await eventually(async () => assert.equal(await tab.evaluate(() => 'erased' in globalThis), true));
  assert.equal(await tab.evaluate(() => erased.then(() => outbox.size)), 0);
  await tab.evaluate((url) => {
    outbox.close();
    start(url, { version: 2 });
  }, wire.url);
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
