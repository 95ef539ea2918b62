/** Options of `holdfast-ws/tabs` in real tabs: what a tab that comes late says, and what shares nothing. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { eventually } from './support/server.mjs';
import { hasSentAll, hearsAll, leaderOf, roleOf, useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs({ hides: false });
const { openTabs } = world;
const inTabs = world.test;

/** Opens a tab whose socket greets with its number. */
async function openGreeting(context, url) {
  const [tab] = await openTabs(context, 1, url);
  await tab.evaluate((number) => {
    ws = make({ tabs: { key: 'greeting', takeOverAfter: 60_000, greet: () => `hello ${number}` } });
    record = probe.watch(ws);
    ws.send(`${number} first`);
  }, tab.number);
  await tab.evaluate(() => record.until('open'));
  return tab;
}

inTabs('a tab that joins an open connection says its greeting first; the one that opens it says none', async (context) => {
  const numbered = await withNumbers(context);
  const [first, second] = [await openGreeting(context, numbered.url), await openGreeting(context, numbered.url)];
  await eventually(() => assert.equal(numbered.received.length, 3));
  assert.deepEqual(numbered.received, [`${first.number} first`, `hello ${second.number}`, `${second.number} first`]);
  // What the server says on a new connection all tabs hear.
  numbered.cut();
  for (const tab of [first, second]) await tab.evaluate(() => record.until('open', 2));
  for (const tab of [first, second]) await tab.evaluate((number) => ws.send(`${number} last`), tab.number);
  await eventually(() => assert.equal(numbered.received.length, 5, `${numbered.received}`));
  assert.deepEqual(numbered.received.filter((text) => text.startsWith('hello')).length, 1);
});

inTabs('a greeting that throws is reported, and one of nothing is not sent', async (context) => {
  const numbered = await withNumbers(context);
  const tab = await world.openTab(context, numbered.url);
  await tab.evaluate(() => record.until('open'));
  const messages = await tab.evaluate(async (key) => {
    const reported = [];
    addEventListener('error', (event) => {
      event.preventDefault();
      reported.push(event.message);
    });
    const join = async (greet) => {
      const other = make({ tabs: { key, greet } });
      await probe.until(() => other.readyState === 1);
      other.close();
    };
    await join(() => {
      throw Error('no greeting');
    });
    await join(() => undefined);
    await probe.until(() => reported.length);
    ws.send('done');
    return reported;
  }, context.name);
  assert.equal(messages.length, 1);
  assert.match(messages[0], /no greeting/);
  await eventually(() => assert.deepEqual(numbered.received, ['done']));
});

inTabs('a tab that comes later gets the last messages, as many as the leader keeps for it', async (context) => {
  const numbered = await withNumbers(context);
  const [tab] = await openTabs(context, 1, numbered.url, { tabs: { replay: 3 } });
  for (let count = 0; count < 5; count += 1) numbered.say();
  await hearsAll(tab, numbered);
  const [later] = await openTabs(context, 1, numbered.url, { tabs: { replay: 3 } });
  numbered.say();
  await hearsAll(later, numbered);
  assert.deepEqual(await later.evaluate(() => record.received), ['3', '4', '5', '6']);
});

inTabs('tabs have the same name as those of the Rust crate, with the identity as it is', async (context) => {
  const numbered = await withNumbers(context);
  const names = JSON.parse(readFileSync(new URL('../support/tabs-names.json', import.meta.url), 'utf8'));
  const [tab] = await openTabs(context, 1, numbered.url);
  const held = await tab.evaluate(async (names) => {
    for (const { key, identity } of names) {
      const other = make({ tabs: { key, identity: identity ?? undefined } });
      await probe.until(() => other.role === 'leader');
    }
    return (await navigator.locks.query()).held.map(({ name }) => name);
  }, names);
  for (const { name } of names) assert.ok(held.includes(name), `${name} is not among ${held}`);
});

inTabs('without reconnection a socket shares nothing, and is the browser’s', async (context) => {
  const numbered = await withNumbers(context);
  await openTabs(context, 1, numbered.url);
  const tab = await world.openTab(context, numbered.url);
  const seen = await tab.evaluate(async (url) => {
    const { WebSocket: Shared } = await import('/pkg/dist/tabs.mjs');
    const Plain = Shared.with({ reconnect: false });
    const ws = new Plain(url, []);
    const native = new globalThis.WebSocket(url);
    const own = Object.keys(await new Promise((resolve) => ws.addEventListener('open', resolve)));
    const ours = { url: ws.url, readyState: ws.readyState, role: ws.role, keys: own.length };
    await probe.until(() => native.readyState === 1);
    ws.send('plain');
    ws.close(4000, 'over');
    const { code, reason, wasClean, willReconnect } = await new Promise((resolve) => ws.addEventListener('close', resolve));
    native.close();
    let refused;
    try {
      new Plain(url, [], { tabs: {} });
    } catch (error) {
      refused = String(error);
    }
    return { ours, close: [code, reason, wasClean, typeof willReconnect], refused };
  }, numbered.url);
  assert.deepEqual(seen.ours, { url: numbered.url, readyState: 1, role: 'own', keys: seen.ours.keys });
  assert.deepEqual(seen.close, [4000, 'over', true, 'undefined']);
  assert.match(seen.refused, /^TypeError: .*option tabs takes reconnection/);
  await eventually(() => assert.ok(numbered.received.includes('plain')));
  // That of the two tabs, one of their own, and one of the browser's class.
  assert.equal(numbered.accepted, 3);
});

inTabs('tabs without a key share a connection only if all that can be compared is the same', async (context) => {
  const numbered = await withNumbers(context);
  const [tab] = await openTabs(context, 1, numbered.url);
  const count = await tab.evaluate(async () => {
    const { WebSocket } = await import('/pkg/dist/tabs.mjs');
    class One {
      encode = () => '';
      decode() {}
    }
    class Other {
      encode = () => '';
      decode() {
        return { id: 1 };
      }
    }
    const bytes = (byte) => new Uint8Array([byte]).buffer;
    const all = [
      {},
      { reconnect: { maxAttempts: 3 } },
      { queue: { maxMessages: Infinity } },
      { request: { protocol: new One() } },
      { request: { protocol: new Other() } },
      { heartbeat: { ping: bytes(1) } },
      { heartbeat: { ping: bytes(2) } },
      { heartbeat: { ping: () => 1 } },
      { heartbeat: { ping: () => 2 } },
      { tabs: { identity: 'a' } },
    ];
    const make = (options) => new WebSocket('/names', [], options);
    globalThis.sockets = [...all.map(make), ...all.map(make)];
    return all.length;
  });
  const ours = async () => {
    const { held } = await tab.evaluate(() => navigator.locks.query());
    return held.map(({ name }) => name).filter((name) => name.startsWith('holdfast-options:'));
  };
  // A lock for each name, and one for each socket.
  const held = await eventually(async () => {
    const names = await ours();
    assert.equal(names.length, 3 * count, names.join('\n'));
    return names;
  });
  await tab.evaluate(() => {
    for (const ws of sockets) ws.close();
  });
  const names = held.filter((name) => !name.includes(':alive:'));
  assert.equal(names.length, 10, names.join('\n'));
  assert.equal(new Set(names).size, 10);
});

inTabs('an impossible value of the option tabs is a TypeError that names it', async (context) => {
  const numbered = await withNumbers(context);
  const [tab] = await openTabs(context, 1, numbered.url);
  const wrong = [
    { key: 1 },
    { identity: {} },
    { takeOverAfter: 10 },
    { linger: -1 },
    { replay: 0.5 },
    { greet: 'hello' },
    { otherwise: 'none' },
    { worker: {} },
    { unknown: 1 },
  ];
  const errors = await tab.evaluate((wrong) => {
    const thrown = (tabs) => {
      try {
        make({ tabs });
      } catch (error) {
        return String(error);
      }
    };
    return wrong.map(thrown);
  }, wrong);
  for (const [index, options] of wrong.entries())
    assert.match(`${errors[index]}`, new RegExp(`^TypeError: .*tabs\\.${Object.keys(options)[0]}\\b`));
});

inTabs('without a server that can resume, a gap is told where the leader is lost, once for each loss', async (context) => {
  const numbered = await withNumbers(context);
  // `?` in the URL: the tabs don't resume.
  const tabs = await openTabs(context, 3, `${numbered.url}?plain`);
  numbered.say();
  for (const tab of tabs) await hearsAll(tab, numbered);
  const leader = await leaderOf(tabs);
  const others = tabs.filter((tab) => tab !== leader);
  await leader.end();
  for (const tab of others) await tab.evaluate(() => record.until('open', 2));
  for (const tab of others) await tab.evaluate(() => probe.until(() => gaps.length > 0));
  numbered.say();
  for (const tab of others) await tab.evaluate(() => send());
  for (const tab of others) {
    await hasSentAll(tab, numbered);
    await eventually(async () => assert.deepEqual(await tab.evaluate(() => record.received), ['1', '2']));
    assert.deepEqual(await tab.evaluate(() => gaps), [[]]);
  }
  assert.deepEqual((await Promise.all(others.map(roleOf))).sort(), ['follower', 'leader']);
});

inTabs('a leader whose connection can’t be made tells why and ends with 1006, and another tab leads', async (context) => {
  const numbered = await withNumbers(context);
  const [tab] = await openTabs(context, 1, numbered.url);
  const seen = await tab.evaluate(
    async ([url, key]) => {
      const { WebSocket: Shared } = await import('/pkg/dist/tabs.mjs');
      const reported = [];
      addEventListener('error', (event) => {
        event.preventDefault();
        reported.push(String(event.error));
      });
      // As a browser refuses `ws:` in a page from `https:`.
      const Native = globalThis.WebSocket;
      globalThis.WebSocket = class {
        constructor() {
          throw new DOMException('not from here', 'SecurityError');
        }
      };
      const refused = probe.watch(new Shared(url, [], { tabs: { key } }));
      refused.ws.send('never');
      const { code, wasClean, unsent } = await refused.end();
      globalThis.WebSocket = Native;
      const next = probe.watch(new Shared(url, [], { tabs: { key } }));
      await next.until('open');
      return { code, wasClean, unsent, errors: refused.all('error').length, reported, role: next.ws.role };
    },
    [numbered.url, `${context.name} refused`],
  );
  const reported = ['SecurityError: not from here'];
  assert.deepEqual(seen, { code: 1006, wasClean: false, unsent: ['never'], errors: 1, reported, role: 'leader' });
});
