/**
 * Runs in every page that WebDriver drives: carries out what a test asks for, in the page's own realm, and keeps what nobody
 * caught. (A script of WebDriver's own runs beside the page in Firefox: its globals are not the page's.)
 */
(() => {
  const { setTimeout: later, console } = globalThis;
  const { stringify } = JSON;
  const runs = new Map();
  const uncaught = [];
  const complaints = [];
  addEventListener('error', ({ error, message }) => uncaught.push(String(error ?? message)));
  addEventListener('unhandledrejection', ({ reason }) => uncaught.push(String(reason)));
  const { error: complain } = console;
  console.error = (...said) => {
    complaints.push(said.map(String).join(' '));
    complain.apply(console, said);
  };

  /** A value that JSON can't express goes by its name. */
  const encode = (_, value) => {
    if (value === undefined || typeof value === 'function') return { $is: 'undefined' };
    if (typeof value !== 'number') return value;
    return Object.is(value, -0) ? { $is: '-0' } : Number.isFinite(value) ? value : { $is: String(value) };
  };

  const tell = (error) =>
    error instanceof Error || error instanceof DOMException ? `${error}\n${error.stack ?? ''}` : `thrown: ${error}`;

  Object.defineProperty(globalThis, '__remote', {
    value: {
      run(id, call) {
        const outcome = (async () => stringify(await call(), encode))();
        runs.set(
          id,
          outcome.then(
            (value) => ({ value }),
            (error) => ({ error: tell(error) }),
          ),
        );
      },
      /** Returns its value or error, or neither after so many milliseconds; and the complaints since the last time. */
      async look(id, ms) {
        const run = runs.get(id) ?? { error: 'the script did not start' };
        const result = await Promise.race([run, new Promise((done) => later(done, ms, {}))]);
        if ('value' in result || 'error' in result) runs.delete(id);
        return stringify({ ...result, uncaught: uncaught.splice(0), complaints: complaints.splice(0) });
      },
    },
  });
})();
