/** A disk that is full: the browser's profile is on one of its own, which the test fills. It needs the right to mount one. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { removeFolder } from '../package/support/remove.mjs';
import { eventually, startServer } from '../package/support/server.mjs';
import { BROWSERS } from './support/browsers.mjs';
import { doneIs, NOWHERE, numbers, prepare, store } from './support/tabs.mjs';
import { startWireServer } from './support/wire-server.mjs';

/** Against hangs, not for slow machines. */
const LIMIT_MS = 240_000;
/** More than the browsers need for themselves. */
const DISK = '400m';

/** Mounts a small disk in memory. Returns undefined where that is forbidden. */
function mountDisk(context) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-disk-'));
  const { status } = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK}`, 'none', folder]);
  context.after(() => {
    // Lazily: a browser that was killed may have a file open yet.
    if (status === 0) spawnSync('umount', ['-l', folder]);
    removeFolder(folder);
  });
  return status === 0 ? folder : undefined;
}

/** Fills it. Returns how to make room again. */
function fill(folder) {
  const path = join(folder, 'rest');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(1_000_000);
  try {
    for (;;) if (!writeSync(file, block)) throw Error('nothing is written');
  } catch (error) {
    assert.equal(error.code, 'ENOSPC');
  }
  closeSync(file);
  return () => rmSync(path);
}

for (const [engine, start] of Object.entries(BROWSERS))
  test(`${engine}: on a full disk deliver() rejects, and what was kept is sent`, { timeout: LIMIT_MS }, async (context) => {
    const disk = mountDisk(context);
    if (!disk) return context.skip('a disk can’t be mounted here');
    const [pages, wire] = [await startServer(), await startWireServer()];
    const profile = join(disk, 'profile');
    mkdirSync(profile);
    const browser = await start(profile);
    context.after(async () => {
      await browser.close();
      await wire.stop();
      await pages.stop();
    });
    const tab = await browser.tab(`${pages.origin}/blank?full`);
    await tab.evaluate(prepare, [NOWHERE, { box: 'ada' }]);
    assert.deepEqual(await store(tab, numbers(3)), ['disk', 'disk', 'disk']);
    const empty = fill(disk);
    const outcome = await tab.evaluate(async () => {
      const chunk = () => String.fromCharCode(...crypto.getRandomValues(new Uint16Array(10_000)));
      const text = Array.from({ length: 300 }, chunk).join('');
      const ends = [];
      for (let item = 4; item < 10; item += 1) {
        const delivery = outbox.deliver({ item, text });
        ends.push(await delivery.stored.catch(({ name }) => name));
      }
      return ends;
    });
    // Chromium says that it can't write, in several words.
    if (engine === 'firefox') assert.deepEqual(outcome, Array(6).fill('QuotaExceededError'));
    else for (const end of outcome) assert.match(end, /Error$/);
    empty();
    assert.deepEqual(await store(tab, [100]), ['disk']);
    const kept = [1, 2, 3, 100];
    assert.equal(await tab.evaluate(() => outbox.size), kept.length);
    await tab.evaluate((url) => {
      outbox.close();
      start(url);
    }, wire.url);
    await doneIs(wire, kept);
    await eventually(async () => assert.equal(await tab.evaluate(() => outbox.size), 0));
  });
