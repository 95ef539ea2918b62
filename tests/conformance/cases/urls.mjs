/**
 * "Obtain a URL record" and the constructor's first steps: what a URL becomes, and `url` at once.
 * https://websockets.spec.whatwg.org/#dom-websocket-websocket steps 1-4, and #concept-websocket-url
 */
export const cases = {};

/** Of a text, HOST being the page's. What is made is closed before it connects. */
const TEXTS = {
  // Relative to the page.
  'a path': '/echo',
  'a name': 'echo',
  'a dot segment': './echo',
  'two dot segments': '../../echo',
  'dots in the middle': '/a/b/../echo',
  'a host without scheme': '//HOST/echo',
  'an empty text': '',
  'a query': '?a=b',
  'an empty query': '/echo?',
  'a fragment alone': '#',
  // Schemes.
  'a ws: URL': 'ws://HOST/echo',
  'a WS: URL': 'WS://HOST/echo',
  'an http: URL': 'http://HOST/echo',
  'an HTTP: URL': 'HtTp://HOST/echo',
  'a wss: URL': 'wss://HOST/echo',
  'an https: URL': 'https://HOST/echo',
  'an ftp: URL': 'ftp://HOST/echo',
  'a file: URL': 'file:///echo',
  'a mailto: URL': 'mailto:someone@example.test',
  'about:blank': 'about:blank',
  'a javascript: URL': 'javascript:0',
  'a data: URL': 'data:,x',
  'a blob: URL': 'blob:http://HOST/00000000-0000-0000-0000-000000000000',
  'an unknown scheme': 'wsx://HOST/echo',
  'an unknown scheme with http in it': 'xhttp://HOST/echo',
  'http with more to it': 'httpx://HOST/echo',
  'a scheme alone': 'ws:',
  'a scheme and a slash': 'ws:/',
  'a scheme and two slashes': 'ws://',
  'a scheme and three slashes': 'ws:///',
  'a scheme and a host without slashes': 'ws:HOST/echo',
  'a scheme and a path, relative to http:': 'http:echo',
  backslashes: 'ws:\\\\HOST\\echo',
  'a colon first': ':',
  // Fragments: removed since 2023, an error before.
  'a fragment': 'ws://HOST/echo#fragment',
  'an empty fragment': 'ws://HOST/echo#',
  'a relative fragment': '/echo#fragment',
  'an http: fragment': 'http://HOST/echo?x#fragment',
  'a fragment that looks like a query': 'ws://HOST/echo#a?b',
  'a number sign, encoded': 'ws://HOST/echo%23x',
  // Credentials.
  'a user': 'ws://user@HOST/echo',
  'a user and password': 'ws://user:password@HOST/echo',
  'an empty user and password': 'ws://:@HOST/echo',
  'a user to be encoded': 'ws://us er:pass/word@HOST/echo',
  'an at sign alone': 'ws://@HOST/echo',
  // Ports.
  'the default port of ws:': 'ws://127.0.0.1:80/echo',
  'the default port of wss:': 'wss://127.0.0.1:443/echo',
  'the default port of wss: with ws:': 'ws://127.0.0.1:443/echo',
  'the default port of http: with https:': 'https://127.0.0.1:80/echo',
  'no port': 'ws://127.0.0.1/echo',
  'an empty port': 'ws://127.0.0.1:/echo',
  'port 0': 'ws://127.0.0.1:0/echo',
  'port 65535': 'ws://127.0.0.1:65535/echo',
  'port 65536': 'ws://127.0.0.1:65536/echo',
  'a negative port': 'ws://127.0.0.1:-1/echo',
  'a port that is no number': 'ws://127.0.0.1:abc/echo',
  'a port with leading zeros': 'ws://127.0.0.1:000080/echo',
  'a blocked port': 'ws://127.0.0.1:25/echo',
  'another blocked port': 'ws://127.0.0.1:6667/echo',
  // Hosts.
  'an upper-case host': 'ws://LOCALHOST:9/echo',
  'an IPv4 address in hex': 'ws://0x7f.1:9/echo',
  'an IPv4 address as one number': 'ws://2130706433:9/echo',
  'an IPv4 address in octal': 'ws://0177.0.0.01:9/echo',
  'an IPv4 address out of range': 'ws://256.256.256.256/echo',
  'an IPv6 address': 'ws://[::1]:9/echo',
  'a long IPv6 address': 'ws://[0:0:0:0:0:0:0:1]:9/echo',
  'an unfinished IPv6 address': 'ws://[::1/echo',
  'a host with a space': 'ws://a b/echo',
  'a host with a percent sign': 'ws://%zz/echo',
  'a host that is encoded': 'ws://%6cocalhost:9/echo',
  'a host with a caret': 'ws://a^b/echo',
  'a host with a bracket': 'ws://a<b/echo',
  'a host with a trailing dot': 'ws://localhost.:9/echo',
  'an international host': 'ws://bücher.test/echo',
  'an international host, upper case': 'ws://BÜCHER.test/echo',
  'a host with a soft hyphen': 'ws://ex\u00ADample.test/echo',
  'a full-width host': 'ws://ｅｘａｍｐｌｅ.test/echo',
  'a host with an emoji': 'ws://☃.test/echo',
  'a host that is invalid punycode': 'ws://xn--a/echo',
  // White space and characters to be encoded.
  'spaces around': '  ws://HOST/echo  ',
  'controls around': '\u0000\u001f ws://HOST/echo \u0001',
  'a tab and a newline within': 'w\ts://HO\nST/ec\rho'.replace('HO\nST', 'HOST\n'),
  'a space in the path': '/a b',
  'a space in the query': '/echo?a b',
  'non-ASCII in the path': '/é☃😀',
  'non-ASCII in the query': '/echo?é☃😀',
  'characters to be encoded in the path': '/"<>`{}|^[]\\',
  'characters to be encoded in the query': '/echo?"<>`{}|^[]\\\'',
  'percent signs that encode nothing': '/%zz%',
  'encoded characters': '/%41%2f%e2%98%83',
  'a lone surrogate in the path': '/\ud800x',
  'a lone surrogate in the query': '/echo?\udc00',
  'a byte order mark': '\ufeff/echo',
  'NUL in the path': '/a\u0000b',
  'DEL in the path': '/a\u007fb',
};

const withHost = (text) => text.replaceAll('HOST', location.host);

for (const [what, text] of Object.entries(TEXTS)) {
  cases[`urls: ${what}`] = async (t) => {
    const ws = t.attempt('new', () => t.track(new t.WebSocket(withHost(text))));
    if (!ws) return;
    t.log('url', ws.url);
    t.log('state', ws.readyState, ws.protocol, ws.extensions, ws.binaryType, ws.bufferedAmount);
    t.watch(ws);
    await t.end(ws);
    t.log('url when closed', ws.url);
  };
}

/** Of anything else: USVString conversion. https://webidl.spec.whatwg.org/#es-USVString */
const VALUES = {
  undefined: () => undefined,
  null: () => null,
  'a number': () => 12,
  'a boolean': () => true,
  'a bigint': () => 7n,
  'a symbol': () => Symbol('url'),
  'a String object': (t) => new String(t.url()),
  'a URL object': (t) => new URL(t.url()),
  'a URL object with a fragment': (t) => new URL(`${t.url()}#x`),
  'a URL object of http:': () => new URL('/echo', location.href),
  'an array of one': (t) => [t.url()],
  'an array of two': (t) => [t.url(), t.url()],
  'a plain object': () => ({}),
  'an object with toString': (t) => ({ toString: () => t.url() }),
  'an object with valueOf alone': (t) => Object.assign(Object.create(null), { valueOf: () => t.url() }),
  'an object with both': (t) => ({ toString: () => t.url(), valueOf: () => 'ftp://x.test' }),
  'an object with toPrimitive': (t) => ({ [Symbol.toPrimitive]: (hint) => `${t.url()}&hint=${hint}` }),
  'an object without prototype': () => Object.create(null),
  'an object whose toString throws': (t) => ({
    toString() {
      throw t.label(new Error('toString'), 'the error');
    },
  }),
  'an object whose toString gives an object': () => ({ toString: () => ({}), valueOf: () => ({}) }),
  'an object whose toString gives a number': () => ({ toString: () => 5 }),
  'an object whose toString gives a symbol': () => ({ toString: () => Symbol('x') }),
  location: () => globalThis.location,
  'an anchor element or URLSearchParams': () => new URLSearchParams('a=b'),
  'a Proxy of a URL': (t) => new Proxy(new URL(t.url()), {}),
  'a function with toString': (t) => Object.assign(() => 'ws://never.test', { toString: () => t.url() }),
  'a regular expression': () => /echo/,
  'a Date': () => new Date(0),
};

for (const [what, make] of Object.entries(VALUES)) {
  cases[`urls: ${what} for a text`] = async (t) => {
    const value = make(t);
    const ws = t.attempt('new', () => t.track(new t.WebSocket(value)));
    if (!ws) return;
    t.log('url', ws.url);
    await t.end(ws);
  };
}

cases['urls: the URL is the same when open and when closed'] = async (t) => {
  const ws = t.track(new t.WebSocket(`${t.url().replace('ws://', 'HTTP://')}&x= y`));
  t.log('connecting', ws.url);
  await t.next(ws, 'open');
  t.log('open', ws.url);
  ws.close();
  t.log('closing', ws.url);
  await t.next(ws, 'close');
  t.log('closed', ws.url);
};

cases['urls: a relative one connects'] = async (t) => {
  const ws = t.track(new t.WebSocket(`/greet?endpoint=${t.endpoint}`));
  t.log('message', await t.next(ws, 'message'));
};

cases['urls: credentials reach the server that ignores them'] = async (t) => {
  const ws = t.track(new t.WebSocket(t.url('/greet').replace('//', '//user:password@')));
  t.log('url', ws.url);
  t.log('message', await t.next(ws, 'message'));
};

cases['urls: a URL object is read once, at the call'] = async (t) => {
  const url = new URL(t.url('/greet'));
  const ws = t.track(new t.WebSocket(url));
  url.pathname = '/nowhere';
  t.log('url', ws.url);
  t.log('message', await t.next(ws, 'message'));
};

cases['urls: the base is the document’s at the call'] = async (t) => {
  if (!globalThis.document) return t.log('no document');
  const base = document.createElement('base');
  base.href = 'https://elsewhere.test/deep/page';
  document.head.append(base);
  try {
    t.attempt('new', () => t.track(new t.WebSocket('x')).url);
  } finally {
    base.remove();
  }
};
