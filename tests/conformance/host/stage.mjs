/** One server and one browser for all test files of a process, and what the browser's own class did in one file, for another. */
import { after } from 'node:test';
import { startBrowser } from './browser.mjs';
import { startServer } from './server.mjs';

let stage;

async function start() {
  const server = await startServer();
  try {
    return { server, browser: await startBrowser() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

export function startStage() {
  stage ??= start();
  return stage;
}

after(async () => {
  const { server, browser } = (await stage?.catch(() => {})) ?? {};
  await browser?.close();
  await server?.stop();
});

let natives = Promise.resolve({});

/** Promises the results of the browser's own class in a page, by name of the case, to the files that are imported later. */
export function promiseNatives(promised) {
  natives = promised;
}

/** Returns those results; none if no file before has them. Hooks of several files run side by side, so others wait for this. */
export const takeNatives = () => natives;
