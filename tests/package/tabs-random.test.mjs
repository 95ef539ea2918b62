/** Eight real tabs, one of which leads: see `support/tabs-random.mjs`. */
import { leaderOf, TAKES_OVER, useTabs } from './support/tabs.mjs';
import { LIMIT_MS, lose, SEED } from './support/tabs-random.mjs';

const world = useTabs({ tabs: TAKES_OVER });

world.test(
  `eight tabs, of which any is closed, crashes, freezes or is left (seed ${SEED}): nothing is lost, doubled or out of order`,
  // Every other time the leader: the others' losses change less.
  (context) => lose(context, world, { chooses: leaderOf }),
  { needs: 'freezing', limit: LIMIT_MS },
);
