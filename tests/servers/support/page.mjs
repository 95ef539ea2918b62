/** A test in a page that talks to real servers: when it fails, its message ends with what they printed last. */
import { inPage as inAnyPage } from '../../package/support/suite.mjs';
import { lastWords } from './launch.mjs';

/** Against hangs only. */
const LIMIT_MS = 180_000;

export const inPage = (name, run, options) =>
  inAnyPage(
    name,
    async (world) => {
      try {
        await run(world);
      } catch (error) {
        if (error instanceof Error) error.message += `\nThe servers printed last:\n${lastWords()}`;
        throw error;
      }
    },
    { timeout: LIMIT_MS, ...options },
  );
