/** Eight real tabs whose connection a SharedWorker has, which is killed by its process: see `support/tabs-random.mjs`. */
import { killProcess } from './support/shared-worker.mjs';
import { TAKES_OVER, useTabs } from './support/tabs.mjs';
import { LIMIT_MS, lose, SEED } from './support/tabs-random.mjs';

const world = useTabs({ worker: '/fixtures/connection.worker.mjs', tabs: TAKES_OVER });

/** Twice in the list of what may happen, so that it happens more often than the rest. */
const killed = (numbered) => killProcess(world.browser, numbered);

world.test(
  `eight tabs of a worker, which is killed, or they are (seed ${SEED}): nothing is lost, doubled or out of order`,
  (context) => lose(context, world, { more: { 'worker killed': killed, 'worker killed again': killed } }),
  { needs: 'freezing', limit: LIMIT_MS },
);
