/** Tests that run in each of the environments of Jest. */
const { world } = require('holdfast-ws/testing');

const URL = 'wss://api.test/live';

exports.inJest = (name) => {
  test(`the class reconnects in ${name}`, async () => {
    const w = world({ browser: 'webkit' });
    w.server(URL, (connection) => connection.on('message', (data) => connection.send(data)));
    const ws = new w.WebSocket(URL, { heartbeat: { interval: 10_000, timeout: 5_000 } });
    const received = [];
    ws.onmessage = ({ data }) => received.push(data);
    await w.until(() => ws.status === 'open');
    w.network.change();
    await w.until(() => ws.status !== 'open');
    await w.until(() => ws.status === 'open');
    ws.send('hello');
    await w.advance(100);
    expect(received.at(-1)).toBe('hello');
    ws.close();
    await w.advance(10_000);
    w.dispose();
  });

  test(`one clock with jest.useFakeTimers() in ${name}`, async () => {
    jest.useFakeTimers();
    const w = world();
    w.attach(jest);
    w.server(URL);
    const ws = new w.WebSocket(URL);
    let rang;
    setTimeout(() => {
      rang = [w.now, ws.readyState];
    }, 60_000);
    await jest.advanceTimersByTimeAsync(61_000);
    expect(rang).toEqual([60_000, 1]);
    ws.close();
    await w.advance(1_000);
    w.dispose();
    jest.useRealTimers();
  });
};
