/**
 * Posts what is left when the page is being left, line by line as on the connection: a browser carries out such a request after the page
 * is gone. Boxes and numbers are the same, so the server does nothing twice. https://fetch.spec.whatwg.org/#keep-alive
 */
import { quietly } from '../platform/native';
import type { Hello, Numbered } from './wire';

/** The most that a browser takes. */
const MOST_BYTES = 65_536;

/** The frames of each box begin with its hello, and are in order. */
export function flush(url: string, encode: (frame: Hello | Numbered) => unknown, boxes: Iterable<(Hello | Numbered)[]>): void {
  let body = '';
  let bytes = 0;
  const encoder = new TextEncoder();
  for (const frames of boxes)
    for (const frame of frames) {
      const line = `${encode(frame)}\n`;
      bytes += encoder.encode(line).length;
      if (bytes > MOST_BYTES) break;
      body += line;
    }
  if (!body) return;
  // As text it needs no permission of another origin, and cookies come with it, as with the connection.
  quietly(() => fetch(url, { method: 'POST', body, keepalive: true, credentials: 'include' }).catch(() => {}));
}
