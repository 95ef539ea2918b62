/** One connection for all tabs, in real tabs, of which leaders are closed, crashed, frozen and left while numbers go both ways. */
import assert from 'node:assert/strict';
import { eventually } from './support/server.mjs';
import { hasSentAll, hearsAll, leaderOf, leave, roleOf, TAKES_OVER, useTabs, withNumbers } from './support/tabs.mjs';

/** How often the leader is lost. */
const ROUNDS = Number(process.env.HOLDFAST_TABS_ROUNDS ?? 4);

const world = useTabs();
const { openTab, openTabs } = world;
const inTabs = world.test;

inTabs('four tabs have one connection: each hears all, once and in order, and all are heard', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 4, numbered.url);
  const roles = await Promise.all(tabs.map(roleOf));
  assert.deepEqual(roles.sort(), ['follower', 'follower', 'follower', 'leader']);
  for (let round = 0; round < 20; round += 1) {
    numbered.say();
    await Promise.all(tabs.map((tab) => tab.evaluate(() => send())));
  }
  for (const tab of tabs) {
    await hearsAll(tab, numbered);
    await hasSentAll(tab, numbered);
    const seen = await tab.evaluate(() => ({ status: ws.status, url: ws.url, all: record.received.length, gaps }));
    assert.deepEqual(seen, { status: 'open', url: numbered.url, all: 20, gaps: [] });
  }
  assert.deepEqual([numbered.accepted, numbered.most], [1, 1]);
});

inTabs('a connection that is cut closes and opens in every tab', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 3, numbered.url);
  numbered.say();
  for (const tab of tabs) await hearsAll(tab, numbered);
  numbered.cut();
  for (const tab of tabs) {
    await tab.evaluate(() => record.until('open', 2));
    const [close, cause] = await tab.evaluate(() => [record.last('close'), record.last('reconnecting')?.cause]);
    assert.deepEqual([close.code, close.willReconnect, cause], [1006, true, 'closed']);
  }
  numbered.say();
  for (const tab of tabs) await hearsAll(tab, numbered);
  assert.deepEqual([numbered.accepted, numbered.most], [2, 1]);
});

inTabs('a tab that reconnects ends the wait that the server has asked for, in every tab', async (context) => {
  const endpoint = world.server.endpoint(context.name);
  context.after(() => endpoint.forget());
  const tabs = await openTabs(context, 3, endpoint.url('/echo'));
  await endpoint.order('close', { code: 4000, reason: '{"retryAfter":600000}' });
  for (const tab of tabs) await tab.evaluate(() => probe.until(() => ws.status === 'waiting'));
  await tabs[1].evaluate(() => ws.reconnect());
  for (const tab of tabs) await tab.evaluate(() => probe.until(() => ws.readyState === 1));
});

inTabs('what tabs send while the connection is in doubt goes out by it, however much that is', async (context) => {
  const numbered = await withNumbers(context);
  const heartbeat = { interval: 60_000, timeout: 60_000 };
  // The limits are those of the tab that sends.
  const queue = { maxMessages: 5_000 };
  const tabs = await openTabs(context, 2, numbered.url, { heartbeat, queue });
  const leader = await leaderOf(tabs);
  const other = tabs.find((tab) => tab !== leader);
  // It is asked, and this server says nothing by itself.
  await leader.evaluate(() => void dispatchEvent(new Event('online')));
  await eventually(() => assert.ok(numbered.received.includes('ping')));
  await other.evaluate(() => {
    for (let count = 0; count < 3_000; count += 1) send();
  });
  // What comes from another tab takes no longer than this.
  await leader.evaluate(() => probe.sleep(500));
  numbered.tell('pong');
  await hasSentAll(other, numbered);
  assert.equal(numbered.accepted, 1);
});

inTabs('a request settles once, in the tab that asks; the others hear nothing of its reply', async (context) => {
  const endpoint = world.server.endpoint(context.name);
  context.after(() => endpoint.forget());
  const tabs = await openTabs(context, 3, endpoint.url('/rpc'));
  const replies = await Promise.all(
    tabs.map((tab) => tab.evaluate((number) => ws.request({ method: 'echo', params: [number] }), tab.number)),
  );
  assert.equal(replies.length, 3);
  for (const tab of tabs) {
    const seen = await tab.evaluate(() => ({ heard: record.received.length, requests: ws.stats().requests }));
    assert.deepEqual(seen, { heard: 0, requests: { pending: 0, late: 0 } });
  }
  assert.equal((await endpoint.seen()).accepted, 1);
});

inTabs('while a reply is awaited, a message with a number that no tab has asked under goes to all', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 2, numbered.url);
  await tabs[1].evaluate(() => {
    ws.request({ method: 'waits' }).catch(() => {});
  });
  const { id } = JSON.parse(await eventually(() => numbered.received[0] ?? assert.fail('no request')));
  const others = [id + 1, id + 0.5, `${id}x`, null].map((id) => JSON.stringify({ id, text: 'for all' }));
  for (const text of others) numbered.tell(text);
  for (const tab of tabs) {
    await tab.evaluate((count) => probe.until(() => record.received.length >= count), others.length);
    assert.deepEqual(await tab.evaluate(() => record.received), others);
  }
});

inTabs('a call of the server is answered by one tab that has a handler, wherever the connection is', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 3, `${numbered.url}?calls`, { request: { protocol: 'json-rpc' } });
  const leader = await leaderOf(tabs);
  const others = tabs.filter((tab) => tab !== leader);
  for (const tab of others) await tab.evaluate((number) => ws.handle('who', () => number), tab.number);
  const replies = () => numbered.received.map((text) => JSON.parse(text));
  // A tab tells the leader of its handlers in a while. Until then the leader answers that there is none.
  let calls = 0;
  const ask = async () => {
    calls += 1;
    numbered.tell(`{"jsonrpc":"2.0","id":${calls},"method":"who"}`);
    await tabs[0].evaluate(() => probe.sleep(50));
  };
  const answered = await eventually(async () => {
    await ask();
    return replies().find(({ result }) => result) ?? assert.fail(`no tab has answered: ${numbered.received}`);
  });
  const one = others.find(({ number }) => number === answered.result);
  const other = others.find((tab) => tab !== one);
  assert.ok(one && other);
  await one.end();
  const before = calls;
  await eventually(async () => {
    await ask();
    assert.ok(replies().some(({ id, result }) => id > before && result === other.number));
  });
  // Each call has one answer at most: nobody answers besides.
  const ids = replies().map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length);
});

inTabs(
  'a call of the server that a tab has not answered when it is closed is answered by another, or with an error',
  async (context) => {
    const numbered = await withNumbers(context);
    const tabs = await openTabs(context, 3, `${numbered.url}?calls`, { request: { protocol: 'json-rpc' } });
    const leader = await leaderOf(tabs);
    const others = tabs.filter((tab) => tab !== leader);
    for (const tab of others)
      await tab.evaluate(() =>
        ws.handle('wait', ([id]) => {
          globalThis.given = id;
          return new Promise(() => {});
        }),
      );
    const answers = () => numbered.received.map((text) => JSON.parse(text)).filter(({ id }) => id === 'last');
    const given = async () => {
      for (const tab of others) if ((await tab.evaluate(() => globalThis.given)) === 'last') return tab;
    };
    // A tab tells the leader of its handlers in a while. Until then the leader takes a call for a message.
    let calls = 0;
    await eventually(async () => {
      calls += 1;
      numbered.tell(`{"jsonrpc":"2.0","id":${calls},"method":"wait","params":[${calls}]}`);
      await leader.evaluate(() => probe.sleep(50));
      for (const tab of others) if (await tab.evaluate(() => globalThis.given !== undefined)) return;
      assert.fail('no tab has been given a call');
    });
    // What a tab sends after that comes to the leader after what it tells of its handlers.
    for (const tab of others)
      await tab.evaluate(async () => {
        await probe.sleep(200);
        ws.notify('has told');
      });
    await eventually(() => assert.equal(numbered.received.filter((text) => text.includes('has told')).length, 2));
    numbered.tell('{"jsonrpc":"2.0","id":"last","method":"wait","params":["last"]}');
    const one = await eventually(async () => (await given()) ?? assert.fail('no tab has been given the call'));
    const other = others.find((tab) => tab !== one);
    await one.end();
    await eventually(async () => assert.equal(await other.evaluate(() => globalThis.given), 'last'));
    assert.deepEqual(answers(), []);
    await other.end();
    await eventually(() => assert.equal(answers().length, 1));
    assert.deepEqual(answers()[0].error, { code: -32601, message: 'Method not found' });
  },
);

inTabs('tabs of two users have two connections, and closing for everyone ends one of them', async (context) => {
  const numbered = await withNumbers(context);
  const [first, second] = await openTabs(context, 2, numbered.url, { tabs: { identity: 'ada' } });
  const [other] = await openTabs(context, 1, numbered.url, { tabs: { identity: 'bob' } });
  assert.equal(numbered.live, 2);
  await first.evaluate(() => ws.close(4000, 'logged out', { everyone: true }));
  for (const tab of [first, second]) {
    const { code, reason } = await tab.evaluate(() => record.end());
    assert.deepEqual([code, reason], [4000, 'logged out']);
  }
  await eventually(() => assert.equal(numbered.live, 1));
  numbered.say();
  await hearsAll(other, numbered);
});

inTabs('a tab that closes its socket leaves; the connection ends with the last one', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 2, numbered.url);
  for (const tab of tabs) {
    // The second has lost its leader.
    await tab.evaluate(() => probe.until(() => ws.readyState === 1));
    if (tab === tabs[1]) await tab.evaluate(() => probe.until(() => ws.role === 'leader' && ws.readyState === 1));
    await tab.evaluate(() => {
      send();
      ws.close();
    });
    await tab.evaluate(() => record.end());
    await hasSentAll(tab, numbered);
  }
  await eventually(() => assert.equal(numbered.live, 0));
});

inTabs('a close code that forbids another attempt ends the sockets of all tabs, and nobody connects again', async (context) => {
  const endpoint = world.server.endpoint(context.name);
  context.after(() => endpoint.forget());
  const tabs = await openTabs(context, 3, endpoint.url('/echo'), { reconnect: { maxAttempts: 1, minDelay: 50, maxDelay: 50 } });
  await endpoint.order('refuse', { status: 503 });
  await endpoint.order('drop');
  for (const tab of tabs) {
    const { willReconnect } = await tab.evaluate(() => record.end());
    assert.equal(willReconnect, false);
  }
  await endpoint.order('accept');
  await tabs[0].evaluate(() => ws.reconnect());
  await tabs[0].evaluate(() => record.until('open', 2));
  assert.equal((await endpoint.seen()).live, 1);
});

inTabs('where tabs cannot find each other, each has a connection of its own, or an error, as chosen', async (context) => {
  const numbered = await withNumbers(context);
  const [tab] = await openTabs(context, 1, numbered.url);
  const own = await tab.evaluate(async () => {
    Object.defineProperty(navigator, 'locks', { value: undefined });
    const other = make({ tabs: { otherwise: 'own' } });
    const record = probe.watch(other);
    await record.until('open');
    let name;
    try {
      make({ tabs: { otherwise: 'throw' } });
    } catch (error) {
      ({ name } = error);
    }
    return [other.role, name];
  });
  assert.deepEqual(own, ['own', 'NotSupportedError']);
  assert.equal(numbered.live, 2);
});

inTabs(
  'a page that has left for the back/forward cache holds no lock and waits for none',
  async (context) => {
    const numbered = await withNumbers(context);
    const tabs = await openTabs(context, 2, numbered.url);
    const [tab, other] = tabs;
    await tab.toFront();
    const comeBack = await leave(tab);
    await eventually(async () => {
      const clients = await other.evaluate(async () => {
        const { held, pending } = await navigator.locks.query();
        return [...new Set([...held, ...pending].map(({ clientId }) => clientId))];
      });
      assert.equal(clients.length, 1);
      assert.equal(await roleOf(other), 'leader');
    });
    await comeBack();
    numbered.say();
    for (const each of tabs) await hearsAll(each, numbered);
    // By its own lock it is known again.
    await eventually(async () => {
      const { held } = await other.evaluate(() => navigator.locks.query());
      assert.equal(held.filter(({ name }) => name.includes(':alive:')).length, tabs.length);
    });
  },
  { needs: 'the back/forward cache' },
);

inTabs('tabs with two keys, as of two versions of an application, have a connection each', async (context) => {
  const numbered = await withNumbers(context);
  const first = await openTabs(context, 2, numbered.url, { tabs: { key: `${context.name} 1` } });
  const second = await openTabs(context, 2, numbered.url, { tabs: { key: `${context.name} 2` } });
  assert.equal(numbered.live, 2);
  for (const tabs of [first, second]) {
    assert.deepEqual((await Promise.all(tabs.map(roleOf))).sort(), ['follower', 'leader']);
    for (const tab of tabs) await tab.evaluate(() => send());
  }
  numbered.say();
  for (const tab of [...first, ...second]) {
    await hearsAll(tab, numbered);
    await hasSentAll(tab, numbered);
  }
});

inTabs('frames of another version of the package, and what is no frame, change nothing', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await openTabs(context, 3, numbered.url);
  const before = await Promise.all(tabs.map(roleOf));
  const names = await tabs[0].evaluate(async () => {
    const { held } = await navigator.locks.query();
    const name = held.map(({ name }) => name).find((name) => name.startsWith('holdfast:1:') && !name.includes(':alive:'));
    const ids = held.map(({ name }) => name.split(':alive:')[1]).filter(Boolean);
    const post = (channel, frames) => {
      for (const frame of frames) new BroadcastChannel(channel).postMessage(frame);
    };
    const [id] = ids;
    const nothing = [null, 'text', 7, {}, [], [[]], [7], [['0']], [[0, 7, 99]], [[0, 7, 1, 'to']], [[0, 7, 3, 'ticket', 5]]];
    const lies = [
      [[1, +id, 2, 3, 42]],
      [[1, +id, 1e15, 7, 1, 'number']],
      [[2, +id, 1]],
      [[2, 7, -1, Number.NaN, 0]],
      [[9, +id]],
    ];
    post(name, [...nothing, ...lies]);
    for (const each of ids) post(`${name}:${each}`, [...nothing, ...lies]);
    // In another version this may mean anything; in this one it would close the connection for all.
    const end = [[0, 7, 7, { code: 4000, reason: 'over' }]];
    post(name.replace('holdfast:1:', 'holdfast:2:'), [end]);
    return held.length;
  });
  assert.ok(names >= 4, 'a lock for the connection, and one for each tab');
  for (let round = 0; round < 5; round += 1) {
    numbered.say();
    for (const tab of tabs) await tab.evaluate(() => send());
  }
  for (const tab of tabs) {
    await hearsAll(tab, numbered);
    await hasSentAll(tab, numbered);
  }
  assert.deepEqual(await Promise.all(tabs.map(roleOf)), before);
  assert.deepEqual([numbered.accepted, numbered.live], [1, 1]);
});

/** Ways to lose a leader. Each returns the tab if it comes back. */
const LOSSES = {
  async closed(leader) {
    await leader.end();
  },
  async crashed(leader) {
    await leader.send('Page.crash', {}, 1_000).catch(() => {});
  },
  async frozen(leader) {
    await leader.freeze();
    return async () => {
      await leader.thaw();
      await leader.toFront();
    };
  },
  /** As by an operating system that tells the page nothing. */
  async stopped(leader) {
    await leader.send('Debugger.enable');
    await leader.send('Debugger.pause');
    return async () => {
      await leader.send('Debugger.resume');
      await leader.send('Debugger.disable');
      await leader.toFront();
    };
  },
  left: leave,
};

/** Those that nobody tells of. Where the page is gone, its lock is free at once. */
const SILENT = ['frozen', 'stopped'];

/** Requirements that not every browser meets. */
const NEEDS = { crashed: 'a crash', frozen: 'freezing', stopped: 'a debugger', left: 'the back/forward cache' };

for (const [how, lose] of Object.entries(LOSSES)) {
  const title = `when the leader is ${how}, another leads; nothing is lost, doubled or out of order`;
  const run = async (context) => {
    const numbered = await withNumbers(context);
    const options = SILENT.includes(how) ? { tabs: TAKES_OVER } : {};
    let tabs = await openTabs(context, 3, numbered.url, options);
    for (let round = 0; round < Math.max(1, Math.ceil(ROUNDS / 4)); round += 1) {
      const leader = await leaderOf(tabs);
      const others = tabs.filter((tab) => tab !== leader);
      numbered.say();
      for (const tab of tabs) await hearsAll(tab, numbered);
      for (const tab of tabs) await hasSentAll(tab, numbered);
      const lostAt = Date.now();
      const comeBack = await lose(leader);
      await others[0].toFront();
      for (let count = 0; count < 5; count += 1) {
        numbered.say();
        for (const tab of others) await tab.evaluate(() => send());
      }
      await eventually(() => leaderOf(others));
      await eventually(() => assert.ok(numbered.openedAt > lostAt));
      context.diagnostic(`${how}: the next connection after ${numbered.openedAt - lostAt} ms`);
      await comeBack?.();
      tabs = comeBack ? tabs : [...others, await openTab(context, numbered.url, options)];
      for (const tab of tabs) await tab.evaluate(() => probe.until(() => ws.readyState === 1));
      numbered.say();
      for (const tab of tabs) await hearsAll(tab, numbered);
      for (const tab of tabs) await hasSentAll(tab, numbered);
      for (const tab of tabs) assert.deepEqual(await tab.evaluate(() => gaps), []);
      await eventually(() => assert.equal(numbered.live, 1));
    }
  };
  inTabs(title, run, { needs: NEEDS[how] });
}
