/** The socket that outboxes take: one of this package's classes. */
import { throwTypeError } from '../platform/errors';

export const OPEN = 1;

export interface Socket extends EventTarget {
  readonly readyState: number;
  /** Of `holdfast-ws/tabs`. */
  readonly role?: string;
  send(data: unknown): void;
  reconnect(): void;
}

const METHODS = ['send', 'reconnect', 'addEventListener'] as const;

/** Throws for a socket that doesn't reconnect. */
export function checkSocket(socket: Socket): void {
  if (!METHODS.every((name) => typeof socket?.[name] === 'function'))
    throwTypeError(
      "an outbox takes a socket that reconnects, of the class WebSocket of holdfast-ws; the browser's own doesn't",
    );
}
