/** The examples of an ordinary WebSocket tutorial, each with the class as it comes and with `reconnect: false`. */
import assert from 'node:assert/strict';
import { inMode, inPage, MODES } from './support/suite.mjs';

for (const mode of MODES) {
  inPage(
    `a message sent in onopen comes back, and close() in onmessage is seen by onclose (${mode})`,
    async ({ page, endpoint }) => {
      await inMode(page, mode);
      const printed = await page.evaluate(
        (url) =>
          new Promise((done) => {
            const printed = [];
            const ws = new Socket(url);
            ws.onopen = () => {
              printed.push('Connection open ...');
              ws.send('Hello WebSockets!');
            };
            ws.onmessage = (event) => {
              printed.push(`Received Message: ${event.data}`);
              ws.close();
            };
            ws.onclose = () => {
              printed.push('Connection closed.');
              done(printed);
            };
          }),
        endpoint.url('/echo'),
      );
      assert.deepEqual(printed, ['Connection open ...', 'Received Message: Hello WebSockets!', 'Connection closed.']);
      await endpoint.until(({ live, accepted }) => live === 0 && accepted === 1);
    },
  );

  inPage(`readyState is the class's four constants, one after the other (${mode})`, async ({ page, endpoint }) => {
    await inMode(page, mode);
    const states = await page.evaluate(
      (url) =>
        new Promise((done) => {
          const name = () => {
            switch (ws.readyState) {
              case Socket.CONNECTING:
                return 'connecting';
              case Socket.OPEN:
                return 'open';
              case Socket.CLOSING:
                return 'closing';
              case Socket.CLOSED:
                return 'closed';
              default:
                return 'this never happens';
            }
          };
          const ws = new Socket(url);
          const states = [name()];
          ws.onopen = () => {
            states.push(name());
            ws.close();
            states.push(name());
          };
          ws.onclose = () => {
            states.push(name(), ws.CONNECTING, ws.OPEN, ws.CLOSING, ws.CLOSED);
            done(states);
          };
        }),
      endpoint.url('/echo'),
    );
    assert.deepEqual(states, ['connecting', 'open', 'closing', 'closed', 0, 1, 2, 3]);
  });

  inPage(
    `handlers and several listeners hear the same events in the order they were added (${mode})`,
    async ({ page, endpoint }) => {
      await inMode(page, mode);
      const { received, closes } = await page.evaluate(
        (url) =>
          new Promise((done) => {
            const received = [];
            const closes = [];
            const ws = new Socket(url);
            for (const type of ['open', 'message', 'close']) {
              ws.addEventListener(type, () => received.push(`${type} first`));
              ws[`on${type}`] = () => received.push(`${type} handler`);
              ws.addEventListener(type, (event) => {
                received.push(`${type} last`);
                if (type === 'close') closes.push([event.code, event.reason, event.wasClean]);
                if (ws.readyState === Socket.CLOSED) done({ received, closes });
              });
            }
            ws.onmessage = ({ data }) => {
              received.push('message handler');
              if (data === 'hello') ws.close(3210, 'à bientôt');
            };
          }),
        endpoint.url('/greet'),
      );
      const trio = (type) => [`${type} first`, `${type} handler`, `${type} last`];
      assert.deepEqual(received, [...trio('open'), ...trio('message'), ...trio('close')]);
      assert.deepEqual(closes, [[3210, 'à bientôt', true]]);
      await endpoint.until(({ connections }) => connections[0].closeCode === 3210);
    },
  );

  inPage(`the server's close code and reason reach the close event (${mode})`, async ({ page, endpoint }) => {
    await inMode(page, mode);
    const close = await page.evaluate(
      (url) =>
        new Promise((done) => {
          const ws = new Socket(url);
          ws.onclose = ({ code, reason, wasClean }) => done([code, reason, wasClean, ws.readyState]);
        }),
      endpoint.url('/close', { code: 4404, reason: 'no such room' }),
    );
    assert.deepEqual(close, [4404, 'no such room', true, 3]);
  });

  for (const [type, size] of [
    ['blob', 'size'],
    ['arraybuffer', 'byteLength'],
  ]) {
    inPage(`binaryType ${type} makes binary messages such, text ones stay text (${mode})`, async ({ page, endpoint }) => {
      await inMode(page, mode);
      const messages = await page.evaluate(
        async ({ url, type, size }) => {
          const ws = new Socket(url);
          const before = ws.binaryType;
          ws.binaryType = type;
          const messages = [];
          ws.onmessage = ({ data }) => messages.push(data);
          await probe.until(() => messages.length === 4);
          ws.close();
          const bytes = [...new Uint8Array(await new Response(messages[1]).arrayBuffer())];
          const tell = (data) => (typeof data === 'string' ? data : `${data.constructor.name} ${data[size]}`);
          return { before, after: ws.binaryType, messages: messages.map(tell), bytes };
        },
        { url: endpoint.url('/types'), type, size },
      );
      const name = type === 'blob' ? 'Blob' : 'ArrayBuffer';
      assert.deepEqual(messages, {
        before: 'blob',
        after: type,
        messages: ['text', `${name} 3`, '', `${name} 0`],
        bytes: [1, 2, 3],
      });
    });
  }

  inPage(
    `a text, a file somebody chose and a canvas's pixels are sent as what they are (${mode})`,
    async ({ page, endpoint }) => {
      await inMode(page, mode);
      await page.evaluate(() => {
        document.body.innerHTML = '<input type="file"><canvas width="40" height="30"></canvas>';
      });
      const file = { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('0123456789'.repeat(100)) };
      await page.locator('input').setInputFiles(file);
      const sizes = await page.evaluate(
        (url) =>
          new Promise((done) => {
            const sizes = [];
            const ws = new Socket(url);
            ws.onopen = () => {
              ws.send('your message');
              ws.send(document.querySelector('input').files[0]);
              const image = document.querySelector('canvas').getContext('2d').getImageData(0, 0, 40, 30);
              const binary = new Uint8Array(image.data.length);
              for (let i = 0; i < image.data.length; i++) binary[i] = image.data[i];
              ws.send(binary.buffer);
            };
            ws.onmessage = ({ data }) => {
              sizes.push(JSON.parse(data));
              if (sizes.length < 3) return;
              ws.close();
              done(sizes);
            };
          }),
        endpoint.url('/sizes'),
      );
      assert.deepEqual(sizes, [
        { type: 'text', bytes: 12 },
        { type: 'binary', bytes: 1000 },
        { type: 'binary', bytes: 40 * 30 * 4 },
      ]);
    },
  );

  inPage(
    `bufferedAmount is above zero after ten million bytes and zero when they are sent (${mode})`,
    async ({ page, endpoint }) => {
      await inMode(page, mode);
      const amounts = await page.evaluate(async (url) => {
        const ws = new Socket(url);
        await new Promise((done) => {
          ws.onopen = done;
        });
        const before = ws.bufferedAmount;
        ws.send(new ArrayBuffer(10_000_000));
        const after = ws.bufferedAmount;
        await probe.until(() => ws.bufferedAmount === 0, 60_000);
        ws.close();
        return { before, after };
      }, endpoint.url('/sink'));
      assert.deepEqual(amounts, { before: 0, after: 10_000_000 });
      await endpoint.until(({ connections }) => connections[0].received === 1, 60_000);
      assert.deepEqual(await endpoint.received(), [{ connection: 1, binary: 10_000_000 }]);
    },
  );
}
