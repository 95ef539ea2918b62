/** Two ways for a `message` event to come to a socket: the browser's, when the server sends, and the application's own. */
export const TRIGGERS = {
  'from the server': {
    prepare: (t) => t.open(),
    /** Resolves in a task after the one that dispatched the event. `seen`: of a case whose listeners stop the event. */
    async fire(t, ws, seen = t.next(ws, 'message')) {
      ws.send('x');
      await seen;
      await t.pause();
      t.log('fired');
    },
  },
  'from dispatchEvent': {
    prepare: (t) => t.make(),
    fire(t, ws) {
      t.log('dispatchEvent', ws.dispatchEvent(new MessageEvent('message', { data: 'x', cancelable: true })));
    },
  },
};

/** Makes each of `table` a case for each way; its functions get `t`, a socket, and what fires. */
export function withTriggers(prefix, table) {
  const cases = {};
  for (const [what, run] of Object.entries(table)) {
    for (const [way, { prepare, fire }] of Object.entries(TRIGGERS)) {
      cases[`${prefix}: ${what} (${way})`] = async (t) => {
        const ws = await prepare(t);
        await run(t, ws, (seen) => fire(t, ws, seen));
      };
    }
  }
  return cases;
}
