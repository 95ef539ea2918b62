/**
 * Starts NATS and nchan, drops the connections of pages all the time, and runs a command meanwhile: the tests in `main.rs`, which are
 * compiled with the brokers' places in HOLDFAST_BROKERS.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { nats } from '../channels-npm/drivers/nats.mjs';
import { nchan } from '../channels-npm/drivers/nchan.mjs';
import { Stage } from '../push/support/stage.mjs';

const stage = new Stage();
const drops = [];
try {
  const brokers = [await nats.start(stage), await nchan.start(stage)];
  for (const { relay } of brokers) drops.push(setInterval(() => relay.drop(), 700));
  const places = [...brokers.map(({ url }) => url), `${brokers[1].back}/pub/{channel}`];
  const [command, ...args] = process.argv.slice(2);
  const env = { ...process.env, HOLDFAST_BROKERS: places.join(' ') };
  const [code] = await once(spawn(command, args, { stdio: 'inherit', env }), 'exit');
  process.exitCode = code ?? 1;
  if (code) console.error(stage.lastWords);
} finally {
  for (const each of drops) clearInterval(each);
  await stage.end();
}
// A connection of a relay may still be open.
process.exit();
