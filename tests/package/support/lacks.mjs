/** The needs of some tests that some browsers, or their drivers, don't meet. */
import { ENGINE } from './engine.mjs';

/** By what a test says it `needs`: why which browser can't give it. Shown with the test that is skipped. */
const LACKS = {
  'the back/forward cache': {
    firefox: 'a page with a socket is not kept there, as the standard has it (https://html.spec.whatwg.org/#unload-a-document)',
  },
  freezing: {
    firefox: 'it has no freeze event, and nothing freezes a page on command (https://wicg.github.io/page-lifecycle/)',
    webkit: 'it has no freeze event, and nothing freezes a page on command (https://wicg.github.io/page-lifecycle/)',
  },
  'a crash': {
    firefox: 'pages of one site share a process, so that a crash ends all of them',
    webkit: 'WebDriver has no command that ends the process of one page',
  },
  'a page that is gone': {
    webkit: 'the window of a test goes on to about:blank at its end, and WebKit keeps the page in its back/forward cache',
  },
  'a killed process': {
    chromium: 'there a command of DevTools crashes pages: see `tabs.test.mjs`',
    webkit:
      'WebKitWebDriver ends the session when the process of a page ends (“session deleted because of page crash or hang”)',
  },
  'a debugger': {
    firefox: 'WebDriver can’t stop a page as a debugger does',
    webkit: 'WebDriver can’t stop a page as a debugger does',
  },
  throttling: {
    webkit: 'WebDriver can’t put a window of MiniBrowser behind another, so no page is throttled',
  },
  'figures of its memory': {
    firefox: 'WebDriver tells nothing of a page’s heap and listeners, which Chromium’s DevTools do',
    webkit: 'WebDriver tells nothing of a page’s heap and listeners, which Chromium’s DevTools do',
  },
  'faults of the page': {
    firefox: 'WebDriver can neither slow a page down nor take its network',
    webkit: 'WebDriver can neither slow a page down nor take its network',
  },
  'a closing that shows': {
    firefox: 'it ends a connection as soon as the server has closed it, so that is never seen under way',
    webkit: 'readyState is OPEN until the TCP connection itself has ended, though the server has closed the connection',
  },
  'a closing that lasts': {
    firefox: 'it waits a second for the answer to a close frame (network.websocket.timeout.close)',
    webkit: 'libsoup waits five seconds for the answer to a close frame',
  },
  backpressure: {
    webkit: 'WebKitGTK hands all that is sent to libsoup at once, so bufferedAmount doesn’t say what is still on the way',
  },
};

export function lack(need) {
  if (need === undefined) return undefined;
  if (!(need in LACKS)) throw Error(`nothing is known of ${need}`);
  return LACKS[need][ENGINE] && `${ENGINE}: ${LACKS[need][ENGINE]}`;
}
