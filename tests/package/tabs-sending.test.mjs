/** Messages of tabs with one connection: which wait, how they are counted, and what becomes of requests when leaders are lost. */
import assert from 'node:assert/strict';
import { eventually } from './support/server.mjs';
import { hasSentAll, leaderOf, useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs({ hides: false });
const { openTabs } = world;
const inTabs = world.test;

inTabs('what a tab has sent and no leader could hand over is in `unsent` of its own last close', async (context) => {
  const endpoint = world.server.endpoint(context.name);
  context.after(() => endpoint.forget());
  const tabs = await openTabs(context, 3, endpoint.url('/echo'));
  await endpoint.order('refuse', { status: 503 });
  await endpoint.order('drop');
  for (const tab of tabs) {
    await tab.evaluate(() => probe.until(() => ws.readyState === 0));
    const counts = await tab.evaluate(() => {
      send();
      send();
      ws.send(new Uint8Array([1, 2, 3]));
      return [ws.bufferedAmount > 3, ws.unsentCount];
    });
    assert.deepEqual(counts, [true, 3]);
  }
  for (const tab of tabs) {
    const unsent = await tab.evaluate(async () => {
      ws.close();
      const { unsent } = await record.end();
      return unsent.map((data) => (typeof data === 'string' ? data : data.byteLength));
    });
    assert.deepEqual(unsent, [`${tab.number}:1`, `${tab.number}:2`, 3]);
  }
});

inTabs(
  '`bufferedAmount` of each tab rises while the server reads nothing, and `drained()` waits until it reads again',
  async (context) => {
    const endpoint = world.server.endpoint(context.name);
    context.after(() => endpoint.forget());
    const tabs = await openTabs(context, 2, endpoint.url('/sink'));
    const leader = await leaderOf(tabs);
    const other = tabs.find((tab) => tab !== leader);
    await endpoint.order('freeze');
    await other.evaluate(() => {
      globalThis.drained = false;
      for (let count = 0; count < 64; count += 1) ws.send(new Uint8Array(256 * 1024));
    });
    for (const tab of tabs)
      await tab.evaluate(() =>
        probe.until(
          () => ws.bufferedAmount > 1024 * 1024,
          undefined,
          () => `${ws.bufferedAmount}`,
        ),
      );
    await other.evaluate(() => void ws.drained().then(() => (drained = true)));
    await other.evaluate(() => probe.sleep(500));
    assert.deepEqual(await other.evaluate(() => [drained, ws.bufferedAmount > 1024 * 1024]), [false, true]);
    await endpoint.order('thaw');
    for (const tab of tabs) await tab.evaluate(() => probe.until(() => ws.bufferedAmount === 0));
    await other.evaluate(() => probe.until(() => drained));
  },
  { needs: 'backpressure' },
);

/** Asks, and keeps in `outcomes` how each request has settled, and how often. */
function startAsking(retry) {
  globalThis.outcomes = [];
  globalThis.ask = (text) => {
    const outcome = { text, settled: 0 };
    outcomes.push(outcome);
    const settle = (as) => {
      outcome.settled += 1;
      outcome.as = as;
    };
    ws.request({ text }, { timeout: 60_000, retry }).then(
      ({ text }) => settle(text),
      ({ name }) => settle(name),
    );
  };
}

for (const retry of [false, true]) {
  inTabs(
    `requests ${retry ? 'that may be sent again' : 'that may not'} settle once when the leader is closed, in every tab`,
    async (context) => {
      const numbered = await withNumbers(context);
      const tabs = await openTabs(context, 3, `${numbered.url}?requests`);
      for (const tab of tabs) await tab.evaluate(startAsking, retry);
      const leader = await leaderOf(tabs);
      const others = tabs.filter((tab) => tab !== leader);
      for (const tab of others) await tab.evaluate((number) => ask(`${number}`), tab.number);
      // The server has them, and does not answer.
      await eventually(() => assert.equal(numbered.received.length, 2));
      await leader.end();
      const answer = () => {
        for (const text of numbered.received.splice(0)) numbered.tell(text);
      };
      if (!retry) {
        for (const tab of others)
          await eventually(async () =>
            assert.deepEqual(await tab.evaluate(() => outcomes.map(({ settled, as }) => [settled, as])), [
              [1, 'ConnectionLostError'],
            ]),
          );
      } else await eventually(() => assert.equal(numbered.received.length, 4, 'sent again'));
      for (const tab of others) await tab.evaluate(() => probe.until(() => ws.readyState === 1));
      if (!retry) {
        numbered.received.length = 0;
        for (const tab of others) await tab.evaluate((number) => ask(`${number}`), tab.number);
        await eventually(() => assert.equal(numbered.received.length, 2));
      }
      // Those to the first leader are answered, too: that goes to nobody.
      answer();
      for (const tab of others) {
        await eventually(async () => {
          const all = await tab.evaluate(() => outcomes);
          assert.deepEqual(all.at(-1), { text: `${tab.number}`, settled: 1, as: `${tab.number}` });
          assert.ok(all.every(({ settled }) => settled === 1));
        });
      }
    },
  );
}

const ends = {
  closed: [(tab) => tab.end()],
  crashed: [(tab) => tab.send('Page.crash', {}, 1_000).catch(() => {}), 'a debugger'],
};

for (const [how, [end, needs = 'a page that is gone']] of Object.entries(ends)) {
  inTabs(
    `a request of a tab that is ${how} is given up at the server, if the protocol can`,
    async (context) => {
      const numbered = await withNumbers(context);
      const tabs = await openTabs(context, 2, `${numbered.url}?codec`);
      const join = () => {
        const protocol = {
          encode: (id, { text }) => `ask ${id} ${text}`,
          decode: (data) => (/^answer (\d+)/.test(data) ? { id: Number(RegExp.$1), result: data } : undefined),
          cancel: (id) => `cancel ${id}`,
        };
        ws.close();
        ws = make({ request: { protocol }, tabs: { key: 'codec', takeOverAfter: 60_000 } });
        return probe.until(() => ws.readyState === 1);
      };
      for (const tab of tabs) await tab.evaluate(join);
      const leader = await leaderOf(tabs);
      const other = tabs.find((tab) => tab !== leader);
      await other.evaluate(() => void ws.request({ text: 'what' }).catch(() => {}));
      const [, id] = await eventually(() => numbered.received.at(-1)?.match(/^ask (\d+) what$/) ?? assert.fail('not asked'));
      await end(other);
      await eventually(() => assert.equal(numbered.received.at(-1), `cancel ${id}`));
    },
    { needs },
  );
}

/**
 * Opens three tabs whose connection is in doubt: the leader's page was held up, as by a sleep, and the server doesn't answer its ping. The
 * followers send. Returns the leader and the followers.
 */
async function sendInDoubt(context, numbered) {
  const tabs = await openTabs(context, 3, numbered.url, { heartbeat: { interval: 1_000, timeout: 600_000 } });
  const leader = await leaderOf(tabs);
  const others = tabs.filter((tab) => tab !== leader);
  const pings = () => numbered.received.filter((text) => text === 'ping').length;
  // Until this one is answered there is no other.
  await eventually(() => assert.equal(pings(), 1));
  await leader.evaluate(() => {
    ws.addEventListener('message', () => probe.hold(5_000), { once: true });
  });
  numbered.say();
  await eventually(() => assert.equal(pings(), 2));
  for (const tab of others) await tab.evaluate(() => [send(), send()]);
  await leader.evaluate(() => probe.sleep(500));
  for (const tab of others) assert.ok((await tab.evaluate(() => ws.bufferedAmount)) > 0);
  assert.ok(numbered.received.every((text) => text === 'ping'));
  return { leader, others };
}

inTabs('what tabs send while the connection may be dead goes out when it has answered', async (context) => {
  const numbered = await withNumbers(context);
  const { leader, others } = await sendInDoubt(context, numbered);
  await leader.evaluate(() => send());
  numbered.say();
  for (const tab of [leader, ...others]) await hasSentAll(tab, numbered);
  for (const tab of others) await tab.evaluate(() => probe.until(() => ws.bufferedAmount === 0));
  assert.equal(numbered.accepted, 1);
});

inTabs('what a tab has sent while the connection may be dead is in `unsent` of its own last close', async (context) => {
  const numbered = await withNumbers(context);
  const { others } = await sendInDoubt(context, numbered);
  for (const tab of others) {
    const unsent = await tab.evaluate(async () => {
      ws.close();
      return (await record.end()).unsent;
    });
    assert.deepEqual(unsent, [`${tab.number}:1`, `${tab.number}:2`]);
  }
});

for (const [how, [end, needs]] of Object.entries(ends)) {
  inTabs(
    `what tabs send while the connection may be dead goes out by the next leader if the page of the first is ${how}`,
    async (context) => {
      const numbered = await withNumbers(context);
      const { leader, others } = await sendInDoubt(context, numbered);
      await end(leader);
      for (const tab of others) {
        await hasSentAll(tab, numbered);
        assert.deepEqual(await tab.evaluate(() => gaps), []);
      }
      assert.equal(numbered.accepted, 2);
    },
    { needs },
  );
}
