/** Simulations: the real class in worlds with random faults. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SimulationError, simulate } from '../../pkg/dist/testing.mjs';
import { HEARTBEAT, URL } from './support/echo.mjs';

/** A server that counts, and tells each connection where it is. */
const counting = (w) => {
  const said = { last: 0 };
  const server = w.server(URL, (connection) => connection.send(`${said.last}`));
  server.every(5_000, () => server.broadcast(`${++said.last}`));
  return said;
};

/** An application that shows the last number that it has heard. */
const showing = (options) => (w) => {
  const app = { shows: undefined };
  const ws = new w.WebSocket(URL, [], options);
  ws.onmessage = ({ data }) => {
    if (data !== 'pong') app.shows = Number(data);
  };
  return app;
};

const isCurrent = async ({ world, server, app }) => {
  await world.until(() => app.shows === server.last, { within: 1_000 });
};

/** It dials once and never again. */
const naive = (w) => {
  const app = { shows: undefined };
  const ws = new w.NativeWebSocket(URL);
  ws.onmessage = ({ data }) => {
    app.shows = Number(data);
  };
  return app;
};

test('the class is connected after every fault, in all browsers', async (t) => {
  const begun = performance.now();
  await simulate({ servers: counting, app: showing(HEARTBEAT), invariant: isCurrent, runs: 60 });
  t.diagnostic(`60 worlds of fourteen minutes: ${((performance.now() - begun) / 1_000).toFixed(1)} s`);
});

test('an application without reconnection fails, with one fault left, and repeats to the byte', async () => {
  const run = () => simulate({ servers: counting, app: naive, invariant: isCurrent, faults: ['drop', 'hide', 'latency'] });
  const failed = (error) => error;
  const first = await run().catch(failed);
  assert.ok(first instanceof SimulationError);
  assert.match(first.message, /^seed \d+ in \w+, 1 faults? left of \d+ after shrinking: it didn't hold within 1000 ms/);
  assert.match(first.faults[0], /drop/);
  assert.equal(first.repeats, true);
  const second = await run().catch(failed);
  assert.equal(second.message, first.message);
  assert.equal(second.transcript, first.transcript);
  const { seed } = first;
  const again = await simulate({
    servers: counting,
    app: naive,
    invariant: isCurrent,
    faults: ['drop', 'hide', 'latency'],
    seed,
    runs: 1,
  }).catch(failed);
  assert.equal(again.message, first.message);
});

test('an application whose chance is not the world’s is found out', async () => {
  const error = await simulate({
    servers: counting,
    app: (w) => {
      w.write(`chance ${Math.random()}`);
      return {};
    },
    invariant: () => false,
    minutes: 1,
  }).catch((error) => error);
  assert.equal(error.repeats, false);
  assert.match(error.message, /the invariant does not hold\n?[\s\S]*Two runs differ/);
});

test('what the application throws is a failure, also in a listener, and needs no fault', async () => {
  const error = await simulate({
    servers: counting,
    app: (w) => {
      new w.WebSocket(URL).onopen = () => {
        throw Error('in onopen');
      };
    },
    invariant: () => {},
    minutes: 1,
  }).catch((error) => error);
  assert.match(error.message, /0 faults left of \d+ after shrinking: in onopen/);
  assert.equal(error.cause.message, 'in onopen');
});

test('the application may come first, and its options after it', async () => {
  let runs = 0;
  const invariant = ({ app }) => {
    runs += 1;
    return app === 'started';
  };
  await simulate(() => 'started', { servers: counting, invariant, runs: 2, minutes: 1 });
  assert.equal(runs, 2);
});

test('it takes functions, numbers and names of faults', async () => {
  const good = { servers: counting, app: naive, invariant: () => {} };
  await assert.rejects(simulate({ ...good, app: 5 }), /simulate\(\) takes app: a function/);
  await assert.rejects(simulate({ ...good, runs: -1 }), /runs: a number/);
  await assert.rejects(simulate({ ...good, faults: ['fire'] }), /faults: drop, silence, .* not fire/);
  await assert.rejects(simulate({ ...good, run: 5 }), /not run/);
  await assert.rejects(simulate({ ...good, faults: 'drop' }), /faults: an array of names/);
  await assert.rejects(simulate(naive, {}), /simulate\(\) takes servers: a function/);
  await assert.rejects(simulate(null), /simulate\(\) takes servers: a function/);
});
