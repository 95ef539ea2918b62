/** A leader that crashes while it hands over what other tabs have sent: that goes out once at most, whatever of it the browser has sent already. */
import assert from 'node:assert/strict';
import { eventually } from './support/server.mjs';
import { hasSentAll, leaderOf, useTabs, withNumbers } from './support/tabs.mjs';

const world = useTabs();
const inTabs = world.test;

/**
 * Makes the leader's process end, as far as others can tell, after it has sent so many messages on its connection: of the frames that it posts,
 * those are lost that have not left it by then. They leave it later than messages of a connection do, by another thread.
 */
function endAfter(count) {
  let ended = false;
  let sent = 0;
  const post = BroadcastChannel.prototype.postMessage;
  BroadcastChannel.prototype.postMessage = function postLater(data) {
    const copy = structuredClone(data);
    setTimeout(() => ended || post.call(this, copy), 20);
  };
  const { send } = globalThis.WebSocket.prototype;
  globalThis.WebSocket.prototype.send = function sendAtOnce(data) {
    if (ended) return;
    send.call(this, data);
    sent += 1;
    ended = sent === count;
    globalThis.hasEnded = ended;
  };
}

inTabs('what the leader had sent when it crashed is not sent again by the next', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await world.openTabs(context, 3, numbered.url);
  numbered.say();
  for (const tab of tabs) await tab.evaluate(() => probe.until(() => record.received.length === 1));
  const leader = await leaderOf(tabs);
  const others = tabs.filter((tab) => tab !== leader);
  await leader.evaluate(endAfter, 1);
  await others[0].evaluate(() => send());
  await eventually(async () => assert.equal(await leader.evaluate(() => globalThis.hasEnded), true));
  await leader.end();
  for (const tab of others) await tab.evaluate(() => probe.until(() => ws.readyState === 1));
  for (const tab of others) await tab.evaluate(() => send());
  for (const tab of others) await hasSentAll(tab, numbered);
  assert.equal(numbered.accepted, 2);
});

inTabs('what a leader has begun to hand over goes out when its page is left', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await world.openTabs(context, 2, numbered.url);
  const leader = await leaderOf(tabs);
  const other = tabs.find((tab) => tab !== leader);
  await leader.evaluate(() => {
    const post = BroadcastChannel.prototype.postMessage;
    BroadcastChannel.prototype.postMessage = function postThenLeave(frames) {
      post.call(this, frames);
      // A frame that it posts to itself: it waits for that.
      if (frames.some(([kind, , number]) => kind === 3 && number !== undefined)) ws.close();
    };
  });
  await other.evaluate(() => send());
  await leader.evaluate(() => record.end());
  await hasSentAll(other, numbered);
});

inTabs('a request that a leader has begun to hand over when the connection is lost is lost, and not sent', async (context) => {
  const numbered = await withNumbers(context);
  const tabs = await world.openTabs(context, 2, numbered.url);
  const leader = await leaderOf(tabs);
  const other = tabs.find((tab) => tab !== leader);
  await leader.evaluate(() => {
    const post = BroadcastChannel.prototype.postMessage;
    BroadcastChannel.prototype.postMessage = function postLater(frames) {
      const isOwn = frames.some(([kind, , number]) => kind === 3 && number !== undefined);
      if (isOwn) record.until('open', 2).then(() => post.call(this, frames));
      else post.call(this, frames);
      globalThis.isWaiting ||= isOwn;
    };
  });
  await other.evaluate(() => {
    globalThis.outcomes = [];
    ws.request({ text: 'what' }).then(
      () => outcomes.push('reply'),
      ({ name }) => outcomes.push(name),
    );
  });
  await leader.evaluate(() => probe.until(() => globalThis.isWaiting));
  numbered.cut();
  for (const tab of tabs) await tab.evaluate(() => record.until('open', 2));
  await other.evaluate(() => send());
  await hasSentAll(other, numbered);
  assert.deepEqual(await other.evaluate(() => outcomes), ['ConnectionLostError']);
  assert.deepEqual(numbered.received, [`${other.number}:1`]);
});
