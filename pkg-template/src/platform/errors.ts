/** The errors of our own, and which of the browser's stands for what. */

/** What a server answered instead of a result; thrown by a handler, what the server is answered. */
export class RpcError extends Error {
  declare readonly code: number;
  declare readonly data: unknown;
  constructor(code: number, message: string, data?: unknown) {
    super(message);
    Object.assign(this, { code, data });
  }
}

/** The connection that a request was sent on has ended, and with it the chance of a reply. */
export class ConnectionLostError extends Error {}

// A minifier takes a class its name.
RpcError.prototype.name = 'RpcError';
ConnectionLostError.prototype.name = 'ConnectionLostError';

export const domException = (name: string, message: string): DOMException => new DOMException(message, name);

export function throwTypeError(what: string): never {
  throw TypeError(`holdfast-ws: ${what}`);
}
