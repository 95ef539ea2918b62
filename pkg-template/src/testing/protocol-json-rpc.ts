/** JSON-RPC 2.0, also of its batches: https://www.jsonrpc.org/specification. A request without `jsonrpc` gets a reply without it. */
import { checkFunction } from './check';
import { messageOf, type ProtocolConnection, type ProtocolServer, parse, type Spoken } from './protocol-types';

export type Methods = { [method: string]: (params: unknown, connection: ProtocolConnection) => unknown };

interface Call {
  jsonrpc?: unknown;
  id?: unknown;
  method: string;
  params?: unknown;
}

const isCall = (it: unknown): it is Call => typeof (it as Call | null)?.method === 'string';

const failure = (code: number, message: string) => ({ error: { code, message } });

/** An error's own number `code` is kept. */
function failureOf(error: unknown): object {
  const { code, data } = Object(error);
  const reply = { code: Number.isInteger(code) ? code : -32_000, message: messageOf(error) };
  return { error: data === undefined ? reply : { ...reply, data } };
}

export function jsonRpc(_: ProtocolServer, methods: Methods): Spoken<void> {
  for (const name of Object.keys(Object(methods))) checkFunction(`speak('json-rpc'): ${name}`, methods[name]);
  const answer = async (call: unknown, connection: ProtocolConnection): Promise<object | undefined> => {
    if (!isCall(call)) return { jsonrpc: '2.0', ...failure(-32_600, 'Invalid Request'), id: null };
    const { id, method, params, jsonrpc } = call;
    const run = Object.hasOwn(Object(methods), method) ? methods[method] : undefined;
    let result: object = failure(-32_601, 'Method not found');
    try {
      if (run) result = { result: (await run(params, connection)) ?? null };
    } catch (error) {
      result = failureOf(error);
    }
    return id === undefined ? undefined : { ...(jsonrpc === undefined ? {} : { jsonrpc }), id, ...result };
  };
  return {
    accept(connection) {
      connection.on('message', async (text) => {
        const given = parse(text);
        if (given === undefined) {
          connection.send(JSON.stringify({ jsonrpc: '2.0', ...failure(-32_700, 'Parse error'), id: null }));
          return;
        }
        const isBatch = Array.isArray(given) && given.length > 0;
        const replies = (await Promise.all((isBatch ? given : [given]).map((call) => answer(call, connection)))).filter(
          Boolean,
        );
        if (replies.length) connection.send(JSON.stringify(isBatch ? replies : replies[0]));
      });
    },
    controls: undefined,
  };
}
