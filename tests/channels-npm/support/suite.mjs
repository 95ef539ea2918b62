/**
 * Behaviours × brokers. A driver (`drivers/`) starts a broker and tells what it can do:
 *
 * - `name`; `can`, facts that behaviours depend on: `recovery` (as `bus.can`), `survives` (a restart keeps the messages), `history`
 *   (`history()` works), `presence`, `refuses` (a channel is refused alone), `tokens` (a channel has a token of its own), `cluster` (several servers), `most` (how many channels on one connection).
 * - `start(stage, { keep, guarded })`: `keep`: how many messages of a channel are kept; `guarded`: it asks `allow(channel, token, own)`. Returns
 *   the broker:
 *   - `url` for `Channels`, through `relay`; `via()`, the adapter; `options`, further options for `Channels`.
 *   - `relay`: cut, dropped, killed and mended by tests, between the client and the broker.
 *   - `publish(channel, text)`: by the back end, past the relay. Resolves when the broker has the message.
 *   - perhaps `listens(channel)`: it tells that a channel is subscribed before it is. Resolves when it is.
 *   - `apart()`: another relay to the same broker, for a user of its own.
 *   - `restart({ empty })`: stops it and starts it again; `empty`: all that it has kept is gone.
 *   - with `cluster`: `anywhere`, a function for `Channels` that returns one server's URL after the other, the one of `url` first; `lose()`
 *     kills that one.
 *   - `allow`: with `guarded`, a function of the test that the broker asks, `(channel, token, own) => boolean`:
 *     the connection's token, and the channel's own.
 */
import { describe, test } from 'node:test';
import { Stage } from '../../push/support/stage.mjs';
import { nats, natsCluster } from '../drivers/nats.mjs';
import { nchan, nchanRedis } from '../drivers/nchan.mjs';

export const DRIVERS = [nchan, nchanRedis, nats, natsCluster];

/** Against hangs, not for slow machines. */
const LIMIT_MS = 240_000;

/**
 * Runs behaviours with each broker. `behaviour.needs(can)` says if it applies; `start` are the options of the broker. Three servers of NATS are
 * slow to start, and do the same as one in most: they run the behaviours with `servers`, and all of them with HOLDFAST_ALL=1.
 */
export function withEachBroker(behaviours) {
  for (const driver of DRIVERS)
    describe(driver.name, { concurrency: 4 }, () => {
      for (const { says, needs = () => true, servers = false, start = {}, run } of behaviours) {
        if (!needs(driver.can) || (driver === natsCluster && !servers && !process.env.HOLDFAST_ALL)) continue;
        test(says, { timeout: LIMIT_MS }, async () => {
          const stage = new Stage();
          try {
            const broker = await driver.start(stage, start);
            await run({ stage, broker, can: driver.can });
          } catch (error) {
            // Reporters print an assertion's stack, which has the message of before.
            console.error(`${says}: the servers printed last:\n${stage.lastWords}`);
            throw error;
          } finally {
            await stage.end();
          }
        });
      }
    });
}
