/** The parts of a server and its connections that a protocol uses. */

export interface ProtocolConnection {
  readonly url: string;
  on(type: 'message', listener: (data: string | Uint8Array<ArrayBuffer>) => unknown): unknown;
  on(type: 'close', listener: () => unknown): unknown;
  send(data: string): void;
  close(code?: number, reason?: string): void;
}

export interface ProtocolServer {
  /** Calls a function over and over. Returns a function that ends this. */
  every(period: number, run: () => unknown): () => void;
}

/** A protocol that one server speaks. */
export interface Spoken<C> {
  /** Called for each connection that was accepted. */
  accept(connection: ProtocolConnection): void;
  /** Returned to the test. */
  controls: C;
}

/** Returns the value of JSON text, or `undefined` if it is none. */
export function parse(text: unknown): unknown {
  try {
    return JSON.parse(text as string);
  } catch {
    return undefined;
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
