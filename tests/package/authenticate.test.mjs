/** `authenticate`: coming to terms with the server on each connection, before anything else is sent on it. */
import assert from 'node:assert/strict';
import { inReadyPage, inReadyWorld } from './support/asking.mjs';
import { sideBySide } from './support/suite.mjs';

const QUICK = { reconnect: { minDelay: 20, maxDelay: 40 } };

const methods = async (endpoint) => (await endpoint.received()).map(({ text }) => JSON.parse(text).method ?? JSON.parse(text));

sideBySide('authenticate', () => {
  inReadyPage('what was sent before waits until it is done, and so does open', async ({ page, endpoint }) => {
    const seen = await page.evaluate(
      async ([url, options]) => {
        const states = [];
        const ws = new Holdfast.WebSocket(url, [], {
          ...options,
          async authenticate(connection, info) {
            const look = () => states.push([ws.readyState, ws.status, ws.bufferedAmount]);
            look();
            ws.send('2');
            connection.send('0');
            states.push(info, (await connection.request({ method: 'wait', params: [200, 'welcome'] })).result);
            look();
          },
        });
        const record = probe.watch(ws);
        ws.send('1');
        await record.until('open');
        const after = [ws.readyState, ws.status];
        // When what was sent leaves the browser's buffer is the browser's matter.
        await probe.until(() => ws.bufferedAmount === 0);
        return {
          states,
          after,
          events: record.events.map(({ type }) => type),
        };
      },
      [endpoint.url('/rpc'), QUICK],
    );
    assert.deepEqual(seen.states, [
      [0, 'connecting', 1],
      { attempt: 0, lastClose: null, resume: undefined },
      'welcome',
      [0, 'connecting', 2],
    ]);
    assert.deepEqual(seen.after, [1, 'open']);
    assert.equal(seen.events.filter((type) => type === 'open').length, 1);
    await endpoint.until(({ connections }) => connections[0]?.received === 4);
    assert.deepEqual(await methods(endpoint), [0, 'wait', 1, 2]);
  });

  inReadyWorld('it is asked again for each connection, and told how the last one ended', async ({ page, endpoint }) => {
    const running = page.evaluate(
      async ([url, options]) => {
        const infos = [];
        const ws = new Holdfast.WebSocket(url, [], {
          ...options,
          async authenticate(connection, { attempt, lastClose }) {
            infos.push([attempt, lastClose?.code]);
            await connection.request({ method: 'echo', params: ['token'] });
          },
        });
        globalThis.record = probe.watch(ws);
        await record.until('open', 2);
        ws.send('"after"');
        return infos;
      },
      [endpoint.url('/rpc'), QUICK],
    );
    await page.evaluate(() => probe.until(() => globalThis.record?.ws.readyState === 1));
    await endpoint.order('drop');
    assert.deepEqual(await running, [
      [0, undefined],
      [1, 1006],
    ]);
    await endpoint.until(({ connections }) => connections[1]?.received === 2);
    assert.deepEqual(await methods(endpoint), ['echo', 'echo', 'after']);
  });

  inReadyWorld(
    'a rejection is a failed attempt, reported as a listener’s exception is; what waits goes on waiting',
    async ({ page, endpoint }) => {
      const seen = await page.evaluate(
        async ([url, options]) => {
          const reported = [];
          addEventListener('error', ({ message }) => reported.push(message.replace('Uncaught ', '')));
          let times = 0;
          const ws = new Holdfast.WebSocket(url, [], {
            ...options,
            async authenticate(connection) {
              times += 1;
              if (times === 1) throw Error('not this time');
              await connection.request({ method: 'echo' });
            },
          });
          const record = probe.watch(ws);
          ws.send('"kept"');
          await record.until('open');
          await ws.drained();
          const [error, close] = ['error', 'close'].map((type) => record.events.filter((event) => event.type === type));
          return { reported, times, errors: error.length, closes: close.length, unsent: ws.bufferedAmount };
        },
        [endpoint.url('/rpc'), QUICK],
      );
      assert.deepEqual(seen, {
        reported: ['Error: not this time'],
        times: 2,
        errors: 1,
        closes: 1,
        unsent: 0,
      });
      await endpoint.until(({ connections }) => connections[1]?.received === 2);
      assert.deepEqual(await methods(endpoint), ['echo', 'kept']);
    },
    { uncaught: true },
  );

  inReadyWorld('one that never ends is a connect timeout; close() in it is the end', async ({ page, endpoint }) => {
    const seen = await page.evaluate(async (url) => {
      let times = 0;
      const ws = new Holdfast.WebSocket(url, [], {
        // Enough for a connection on a busy machine: only what it begins then never ends.
        reconnect: { minDelay: 20, maxDelay: 40, connectTimeout: 4_000 },
        authenticate() {
          times += 1;
          if (times > 1) ws.close(4001, 'no way in');
          return new Promise(() => {});
        },
      });
      const record = probe.watch(ws);
      ws.send('"never"');
      const ends = [];
      ws.addEventListener('close', ({ code, reason, willReconnect, unsent }) =>
        ends.push([code, reason, willReconnect, unsent]),
      );
      await record.until('close', 2);
      return { ends, opened: record.events.some(({ type }) => type === 'open'), readyState: ws.readyState };
    }, endpoint.url('/rpc'));
    assert.deepEqual(seen, {
      ends: [
        [1006, 'connect timeout', true, []],
        [4001, 'no way in', false, ['"never"']],
      ],
      opened: false,
      readyState: 3,
    });
  });

  inReadyWorld('a connection that has ended takes nothing, and what was asked on it is lost', async ({ page, endpoint }) => {
    const running = page.evaluate(
      async ([url, options]) => {
        const connections = [];
        let lost;
        const ws = new Holdfast.WebSocket(url, [], {
          ...options,
          async authenticate(connection) {
            connections.push(connection);
            if (connections.length > 1) return;
            lost = fate(connection.request({ method: 'never' }, { retry: true }));
            await lost;
          },
        });
        globalThis.record = probe.watch(ws);
        await record.until('open');
        const [old] = connections;
        return [await lost, await fate(old.request({})), probe.thrown(() => old.send('x'))];
      },
      [endpoint.url('/rpc'), QUICK],
    );
    await endpoint.until(({ connections }) => connections[0]?.received === 1);
    await endpoint.order('drop');
    assert.deepEqual(await running, [
      'ConnectionLostError',
      'DOMException InvalidStateError',
      'DOMException InvalidStateError 11',
    ]);
    assert.deepEqual(await methods(endpoint), ['never']);
  });

  inReadyWorld('it takes a function, and a socket that reconnects', async ({ page, endpoint }) => {
    const messages = await page.evaluate((url) => {
      const message = (options) => {
        try {
          new Holdfast.WebSocket(url, [], options);
        } catch (error) {
          return `${error.constructor.name}: ${error.message}`;
        }
      };
      return [message({ authenticate: {} }), message({ authenticate() {}, reconnect: false })];
    }, endpoint.url('/rpc'));
    assert.match(messages[0], /^TypeError: .*authenticate takes a function/);
    assert.match(messages[1], /^TypeError: .*authenticate takes reconnection to be on/);
  });
});
