/**
 * Replies and pongs in binary frames. An ArrayBuffer is decoded at once. A Blob can only be read asynchronously: the messages behind
 * it wait meanwhile, and they are dispatched anew, so a Blob is only read while a request is pending, a pong is awaited, or there is a
 * handler for the server's calls.
 */

import { utf8Length } from '../dom/webidl';
import type { Link } from '../model/types';
import { isObject, tag } from '../platform/native';

/** The texts of Blobs that have been read, by their events. */
const texts = new WeakMap<Event, string>();

const decoder = globalThis.TextDecoder && new TextDecoder();

/** Returns the text of a message; `undefined` for a Blob that was not read. */
export function textOf(event: MessageEvent): string | undefined {
  const { data } = event;
  if (typeof data === 'string') return data;
  return tag(data) === 'ArrayBuffer' ? decoder.decode(data) : texts.get(event);
}

/** True if a message is this text, also in a binary frame. */
export function isText(event: MessageEvent, text: unknown): boolean {
  const { data } = event;
  if (data === text || typeof data === 'string' || typeof text !== 'string') return data === text;
  const size = data?.byteLength ?? data?.size;
  // A code unit is 3 bytes at most. Most messages end here, before the text is encoded.
  return size <= 3 * text.length && size === utf8Length(text) && textOf(event) === text;
}

/** True if a message is a Blob that may be an awaited reply or pong. The cheap checks come first: most messages end there. */
function mayAnswer({ _settings: { pong, protocol }, _bypassMode: mode, _pinned: socket }: Link, event: MessageEvent): boolean {
  const mayReply = socket && !isObject(protocol) && (socket._pending.size || socket._rpcHandlers.size);
  const mayPong = !mode && typeof pong === 'string';
  if (!mayReply && !mayPong) return false;
  const { data } = event;
  if (typeof data === 'string' || tag(data) !== 'Blob') return false;
  return !!mayReply || data.size === utf8Length(pong as string);
}

/** Returns true if a message has to wait until it, or one before it, is read. */
export function holdBack(host: Link, event: MessageEvent): boolean {
  if (host._heldMessages) host._heldMessages.push(event);
  else if (mayAnswer(host, event)) readInOrder(host, [event]);
  else return false;
  return true;
}

async function readInOrder(host: Link, held: MessageEvent[]): Promise<void> {
  host._heldMessages = held;
  // The connection may be abandoned meanwhile, or its end may deliver them.
  while (host._heldMessages === held) {
    const [event] = held;
    if (!event) host._heldMessages = undefined;
    else if (texts.has(event) || !mayAnswer(host, event)) {
      held.shift();
      host._receive(event);
    } else texts.set(event, await event.data.text().catch(() => ''));
  }
}

/** Delivers the messages that an abandoned connection had received, before its `close` is dispatched. */
export function deliverAbandoned(host: Link): void {
  const left = host._abandonedMessages;
  host._abandonedMessages = [];
  for (const event of left) host._dispatchMessage(event);
}

/** Delivers the messages that are held back, read or not: the connection is about to end. */
export function deliverHeld(host: Link): void {
  const held = host._heldMessages;
  host._heldMessages = undefined;
  for (const event of held ?? []) host._receive(event);
}
