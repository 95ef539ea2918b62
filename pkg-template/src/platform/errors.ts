/** The error classes of the package, and the DOMExceptions that it throws. */

/** The error object of a reply. If a handler throws it, it is sent to the server. */
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

/** As the browser does, which names the method, too. */
export function throwMissingArgument(): never {
  throw TypeError('1 argument required, but only 0 present.');
}

export function throwTypeError(what: string): never {
  throw TypeError(`holdfast-ws: ${what}`);
}
