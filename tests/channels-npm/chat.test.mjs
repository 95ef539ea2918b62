/** The chat page of `cargo xtask demo`, on the broker that the server starts for it. */
import assert from 'node:assert/strict';
import { startServer, until } from '../package/support/server.mjs';
import { onStage } from '../push/support/stage.mjs';
import { entry } from './support/bus.mjs';

const { Channels, json } = await entry('channels');
const { nats } = await entry('channels-nats');

onStage('in the chat two users see each other, what was said before, and what is said now', async ({ page, stage }) => {
  const server = await startServer({ broker: true });
  stage.atEnd(() => server.stop());
  const { port } = await (await fetch(`${server.origin}/broker/address.json`)).json();
  const bus = new Channels(`ws://127.0.0.1:${port}`, { via: nats({ bucket: 'members' }), codec: json });
  stage.atEnd(() => bus.close());
  const room = bus.channel('music', { presence: { user: 'Clara' } });
  const heard = [];
  room.on('message', ({ data }) => heard.push(data.text));
  await new Promise((resolve) => room.on('subscribed', resolve));
  await room.publish({ id: '1', from: 'Clara', text: 'said before', at: 0 });

  await page.goto(`${server.origin}/chat/#music`);
  const row = (text) => page.locator('#messages li', { hasText: text }).waitFor({ timeout: 60_000 });
  await row('said before');
  await page.locator('#people li', { hasText: 'Clara' }).waitFor({ timeout: 60_000 });
  await page.locator('#people li', { hasText: '(you)' }).waitFor({ timeout: 60_000 });
  await room.publish({ id: '2', from: 'Clara', text: 'said now', at: 0 });
  await row('said now');

  await page.locator('#text').fill('<b>an answer</b>');
  await page.locator('#send').click();
  await row('<b>an answer</b>');
  await page.locator('#messages li:not(.waiting)', { hasText: 'an answer' }).waitFor({ timeout: 60_000 });
  await until(
    () => heard.length === 3,
    60_000,
    () => `heard: ${heard}`,
  );
  assert.deepEqual(heard, ['said before', 'said now', '<b>an answer</b>']);

  await page.locator('#rooms button', { hasText: 'lobby' }).click();
  await page.locator('#messages li', { hasText: 'this room is open' }).waitFor({ timeout: 60_000 });
  assert.equal(await page.locator('#messages li', { hasText: 'said' }).count(), 0);
  const gone = [];
  for (const type of ['timeout', 'leave']) room.on(type, () => gone.push(type));
  await page.locator('#rooms button', { hasText: 'music' }).click();
  await page.locator('#people li', { hasText: '(you)' }).waitFor({ timeout: 60_000 });
  await until(
    () => room.members.length === 2,
    60_000,
    () => `there are ${JSON.stringify(room.members)}`,
  );
  // Before that, one that a busy machine kept silent may have been lost.
  gone.length = 0;
  // An empty page: one of the server's could still be loading when the server ends.
  await page.goto('about:blank');
  await until(() => room.members.length === 1 && gone.length, 60_000, 'the others are told that the user has gone');
  // It may have left twice, as it was in another room meanwhile.
  assert.ok(gone.includes('leave') && !gone.includes('timeout'), `${gone}`);
  bus.close();
  assert.deepEqual(page.complaints, [], 'what the page complains of');
});
