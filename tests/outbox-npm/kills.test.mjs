/** Two tabs deliver orders while the browser and the server are killed: each is done once, in order. */
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { startServer as startPages, until } from '../package/support/server.mjs';
import { BROWSERS, makeProfile } from './support/browsers.mjs';
import { Orders } from './support/deliveries.mjs';
import { STORES, startServer } from './support/stores.mjs';

/** The long form: `HOLDFAST_OUTBOX_KILLS=20 HOLDFAST_OUTBOX_ORDERS=1000`. */
const { HOLDFAST_OUTBOX_KILLS } = process.env;
/** To start Firefox takes five times the CPU time of Chromium. After the second kill there are messages of two pages before. */
const killsOf = (engine) => Number(HOLDFAST_OUTBOX_KILLS ?? (engine === 'firefox' ? 2 : 3));
const ORDERS = Number(process.env.HOLDFAST_OUTBOX_ORDERS ?? 160);
const LIMIT_MS = 180_000 + Number(HOLDFAST_OUTBOX_KILLS ?? 3) * 30_000;
const BATCH = 5;
const sqlite = STORES.find(({ name }) => name === 'Node with SQLite');

/** In a page: makes its outbox. */
async function makeOutbox([url, entry]) {
  const [{ WebSocket }, { Outbox }] = await Promise.all([import(`/pkg/dist/${entry}.mjs`), import('/pkg/dist/outbox.mjs')]);
  globalThis.ws = new WebSocket(url, [], { reconnect: { minDelay: 20, maxDelay: 200, connectTimeout: 5_000 } });
  globalThis.outbox = new Outbox(ws, { box: 'ada' });
}

/** In a page: delivers, and returns when all of them are stored. */
async function deliverIn(items) {
  await Promise.all(items.map((item) => outbox.deliver({ item }).stored));
}

async function killAll(context, start, entry, allKills) {
  const pages = await startPages();
  context.after(() => pages.stop());
  const server = await startServer(context, sqlite);
  const profile = makeProfile(context);
  const orders = new Orders();
  let browser;
  context.after(() => browser?.close());

  async function openTabs() {
    browser = await start(profile);
    const tabs = [];
    for (const number of [1, 2]) tabs.push(await browser.tab(`${pages.origin}/blank?${number}`));
    for (const tab of tabs) await tab.evaluate(makeOutbox, [server.url, entry]);
    return tabs;
  }

  /** Delivers in a tab, until so many are accepted or the tab is gone. */
  async function work(tab, enough) {
    while (orders.accepted < enough) {
      const items = orders.take(BATCH, tab);
      await tab.evaluate(deliverIn, items);
      orders.accept(items);
      await sleep(Math.random() * 20);
    }
  }

  for (let kills = 0; kills < allKills; kills += 1) {
    const tabs = await openTabs();
    const share = Math.ceil((ORDERS * (kills + 1)) / (allKills + 1));
    const working = Promise.allSettled(tabs.map((tab) => work(tab, share)));
    await sleep(Math.random() * 300);
    await Promise.all([server.killAndStart(), sleep(Math.random() * 600).then(() => browser.kill())]);
    await working;
  }
  const tabs = await openTabs();
  await Promise.all(tabs.map((tab) => work(tab, ORDERS)));
  await until(async () => orders.allDone(await server.orders()), 60_000, 'all orders that were accepted');
  orders.judge(await server.orders());
}

const ENTRIES = { index: 'two tabs deliver', tabs: 'two tabs that share a connection and a box deliver' };

for (const [engine, start] of Object.entries(BROWSERS))
  for (const [entry, what] of Object.entries(ENTRIES))
    test(`${engine} and the server are killed while ${what}`, { timeout: LIMIT_MS }, (context) =>
      killAll(context, start, entry, killsOf(engine)),
    );
