/** `close([Clamp] unsigned short code, USVString reason)`. https://websockets.spec.whatwg.org/#dom-websocket-close; https://webidl.spec.whatwg.org/#Clamp */
const CODES = {
  undefined: () => undefined,
  null: () => null,
  0: () => 0,
  1: () => 1,
  '-0': () => -0,
  '-1': () => -1,
  '-1000': () => -1000,
  ...Object.fromEntries(
    [
      999, 1000, 1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 1015, 1016, 1999, 2000,
      2999,
    ].map((code) => [code, () => code]),
  ),
  3000: () => 3000,
  3001: () => 3001,
  3999: () => 3999,
  4000: () => 4000,
  4499: () => 4499,
  4999: () => 4999,
  5000: () => 5000,
  65535: () => 65535,
  65536: () => 65536,
  '65536 + 1000': () => 66536,
  '2 ** 32 + 1000': () => 2 ** 32 + 1000,
  '2 ** 53': () => 2 ** 53,
  NaN: () => NaN,
  Infinity: () => Infinity,
  '-Infinity': () => -Infinity,
  999.4: () => 999.4,
  999.5: () => 999.5,
  999.6: () => 999.6,
  1000.4: () => 1000.4,
  1000.5: () => 1000.5,
  1000.6: () => 1000.6,
  2999.4: () => 2999.4,
  2999.5: () => 2999.5,
  3000.5: () => 3000.5,
  3001.5: () => 3001.5,
  4998.5: () => 4998.5,
  4999.4: () => 4999.4,
  4999.5: () => 4999.5,
  '3000 less a little': () => 3000 - 2 ** -30,
  'a numeric text': () => '1000',
  'a numeric text with spaces': () => ' 3000\n',
  'a text in hex': () => '0xbb8',
  'a text with an exponent': () => '3e3',
  'a text that is no number': () => 'abc',
  'an empty text': () => '',
  true: () => true,
  false: () => false,
  'an array of a number': () => [3000],
  'an array of two': () => [3000, 1],
  'an empty array': () => [],
  'a plain object': () => ({}),
  'an object with valueOf': () => ({ valueOf: () => 3000, toString: () => '4000' }),
  'an object with toString': () => ({ toString: () => '4000' }),
  'an object with toPrimitive': () => ({ [Symbol.toPrimitive]: (hint) => (hint === 'number' ? 3000 : 4000) }),
  'an object without prototype': () => Object.create(null),
  'a symbol': () => Symbol('code'),
  'a bigint': () => 1000n,
  'an object whose valueOf gives a bigint': () => ({ valueOf: () => 1000n }),
  'a Number object': () => new Number(3000),
  'a Date': () => new Date(3000),
  'a function': () => () => 3000,
  'the close event’s code as a text': () => `${new CloseEvent('close', { code: 4000 }).code}`,
};

const REASONS = {
  undefined: () => undefined,
  null: () => null,
  'an empty text': () => '',
  'a text': () => 'reason',
  '123 bytes': () => 'x'.repeat(123),
  '124 bytes': () => 'x'.repeat(124),
  '123 bytes of two-byte characters': () => `${'é'.repeat(61)}x`,
  '124 bytes of two-byte characters': () => 'é'.repeat(62),
  '123 bytes of three-byte characters': () => '€'.repeat(41),
  '124 bytes of three-byte characters': () => `${'€'.repeat(41)}x`,
  '123 bytes of four-byte characters': () => `${'😀'.repeat(30)}xyz`,
  '124 bytes of four-byte characters': () => '😀'.repeat(31),
  'a lone surrogate': () => 'a\ud800b',
  '123 bytes of lone surrogates': () => '\ud800'.repeat(41),
  '126 bytes of lone surrogates': () => '\udfff'.repeat(42),
  '123 characters of more bytes': () => 'é'.repeat(123),
  NUL: () => '\u0000',
  'a very long text': () => 'x'.repeat(100_000),
  'a number': () => 12,
  'a boolean': () => true,
  'a bigint': () => 5n,
  'a symbol': () => Symbol('reason'),
  'a plain object': () => ({}),
  'an object with toString': () => ({ toString: () => 'converted', valueOf: () => 'no' }),
  'an object without prototype': () => Object.create(null),
  'an array': () => ['a', 'b'],
  'a byte order mark': () => '\ufeffx',
};

/** Returns the close, as both ends saw it. */
async function closeOpen(t, ...closing) {
  const ws = t.watch(await t.open());
  t.attempt('close', () => ws.close(...closing));
  t.log('state', ws.readyState);
  if (ws.readyState === 1) return;
  await t.next(ws, 'close');
  t.log(
    'server',
    (await t.seen()).connections.map(({ closeCode }) => closeCode),
  );
}

export const cases = {};

for (const [what, make] of Object.entries(CODES)) {
  cases[`closing with code ${what}, open`] = (t) => closeOpen(t, make());
  cases[`closing with code ${what} and a reason`] = (t) => closeOpen(t, make(), 'reason');
}

for (const [what, make] of Object.entries(REASONS)) {
  cases[`closing with reason ${what}, open`] = (t) => closeOpen(t, 1000, make());
  cases[`closing with reason ${what} and no code`] = (t) => closeOpen(t, undefined, make());
  cases[`closing with reason ${what} and a bad code`] = (t) => closeOpen(t, 999, make());
}

const spy = (t, name, value) => ({
  valueOf() {
    t.log(`valueOf ${name}`);
    return value;
  },
  toString() {
    t.log(`toString ${name}`);
    return String(value);
  },
});

Object.assign(cases, {
  'closing: with bad arguments while connecting': async (t) => {
    const ws = t.make();
    // Those that would do are for `closing.mjs`.
    const bad = [1, 999, 1001, 1005, 1015, 2999, 5000, NaN, '', 'abc', {}, null, 999.4, Symbol('code'), 1000n];
    for (const code of bad) t.attempt('code', () => ws.close(code));
    for (const code of bad) t.attempt('code and reason', () => ws.close(code, 'x'.repeat(200)));
    for (const reason of ['x'.repeat(124), '\ud800'.repeat(42), Symbol('reason'), Object.create(null)])
      t.attempt('reason', () => ws.close(1000, reason));
    t.log('state', ws.readyState);
    await t.next(ws, 'open');
    t.log('state', ws.readyState);
  },
  'closing: with anything when it is closed': async (t) => {
    const ws = await t.open();
    await t.end(ws);
    t.watch(ws);
    for (const [what, make] of Object.entries(CODES)) t.attempt(`code ${what}`, () => ws.close(make()));
    for (const [what, make] of Object.entries(REASONS)) t.attempt(`reason ${what}`, () => ws.close(3000, make()));
    for (const [what, make] of Object.entries(REASONS))
      t.attempt(`no code and reason ${what}`, () => ws.close(undefined, make()));
    t.log('state', ws.readyState);
  },
  'closing: with anything while closing': async (t) => {
    const ws = await t.open();
    const closed = t.next(ws, 'close');
    ws.close(3000, 'first');
    for (const [what, make] of Object.entries(CODES)) t.attempt(`code ${what}`, () => ws.close(make()));
    for (const [what, make] of Object.entries(REASONS)) t.attempt(`reason ${what}`, () => ws.close(3001, make()));
    t.log('state', ws.readyState);
    const { code, reason } = await closed;
    t.log('event', code, reason);
  },
  'closing: without arguments': (t) => closeOpen(t),
  'closing: with more arguments': (t) => closeOpen(t, 3000, 'reason', Symbol('x')),
  'closing: arguments are converted in order': (t) => closeOpen(t, spy(t, 'code', 3000), spy(t, 'reason', 'r')),
  'closing: the reason is converted though the code is bad': (t) => closeOpen(t, spy(t, 'code', 5), spy(t, 'reason', 'r')),
  'closing: arguments are converted when it is closed already': async (t) => {
    const ws = await t.open();
    await t.end(ws);
    t.attempt('close', () => ws.close(spy(t, 'code', 5), spy(t, 'reason', 'r')));
    t.attempt('close', () => ws.close(spy(t, 'code', 3000), spy(t, 'reason', 'r'.repeat(200))));
  },
  'closing: a code whose conversion throws': async (t) => {
    const error = t.error('valueOf');
    const ws = await t.open();
    const code = {
      valueOf() {
        throw error;
      },
    };
    t.attempt('close', () => ws.close(code, spy(t, 'reason', 'r')));
    t.log('state', ws.readyState);
  },
  'closing: a reason whose conversion throws': async (t) => {
    const error = t.error('toString');
    const ws = await t.open();
    const reason = {
      toString() {
        throw error;
      },
    };
    t.attempt('close', () => ws.close(spy(t, 'code', 3000), reason));
    t.attempt('close with a bad code', () => ws.close(spy(t, 'code', 5), reason));
    t.log('state', ws.readyState);
  },
  'closing: within the conversion of the code': async (t) => {
    const ws = t.watch(await t.open());
    const code = {
      valueOf() {
        ws.close(3001, 'inner');
        return 3002;
      },
    };
    t.attempt('close', () => ws.close(code, 'outer'));
    await t.next(ws, 'close');
  },
  'closing: after an exception it still works': async (t) => {
    const ws = t.watch(await t.open());
    t.attempt('bad code', () => ws.close(1001));
    t.attempt('bad reason', () => ws.close(1000, 'x'.repeat(124)));
    ws.send('still open');
    t.log('message', (await t.next(ws, 'message')).data);
    await t.end(ws, 1000, 'now');
  },
});
