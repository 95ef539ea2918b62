/** The subprotocol `graphql-transport-ws`: https://github.com/enisdenjo/graphql-ws/blob/master/PROTOCOL.md. It executes nothing. */
import { checkFunction } from './check';
import { messageOf, type ProtocolConnection, type ProtocolServer, parse, type Spoken } from './protocol-types';

interface Operation {
  query: string;
  operationName?: string | null;
  variables?: { [name: string]: unknown } | null;
}

/** Returns a result as `{ data }`, or an async iterable of them. */
export type Execute = (operation: Operation, connection: ProtocolConnection) => unknown;

type Results = AsyncIterable<unknown>;

const isIterable = (it: unknown): it is Results => typeof (it as Results | null)?.[Symbol.asyncIterator] === 'function';

async function* once(result: unknown): AsyncGenerator {
  yield result;
}

export function graphqlWs(_: ProtocolServer, execute: Execute): Spoken<void> {
  checkFunction("speak('graphql-ws')", execute);
  return {
    accept(connection) {
      const running = new Map<string, AsyncIterator<unknown>>();
      let isInitialised = false;
      const say = (message: object) => connection.send(JSON.stringify(message));
      const run = async (id: string, operation: Operation) => {
        try {
          const given = await execute(operation, connection);
          const results = (isIterable(given) ? given : once(given))[Symbol.asyncIterator]();
          // Completed by the client before it began.
          if (!running.has(id)) return void (await results.return?.());
          running.set(id, results);
          for (let next = await results.next(); !next.done && running.has(id); next = await results.next())
            say({ id, type: 'next', payload: next.value });
          if (running.delete(id)) say({ id, type: 'complete' });
        } catch (error) {
          if (running.delete(id)) say({ id, type: 'error', payload: [{ message: messageOf(error) }] });
        }
      };
      const stop = (id: string) => {
        const results = running.get(id);
        running.delete(id);
        return results?.return?.();
      };
      connection.on('message', (text) => {
        const { type, id, payload } = Object(parse(text));
        if (type === 'connection_init') {
          if (isInitialised) return connection.close(4429, 'Too many initialisation requests');
          isInitialised = true;
          return say({ type: 'connection_ack' });
        }
        if (type === 'ping') return say({ type: 'pong' });
        if (type === 'pong') return;
        if (type === 'complete' && typeof id === 'string') return stop(id);
        if (type !== 'subscribe' || typeof id !== 'string' || typeof payload?.query !== 'string')
          return connection.close(4400, 'Invalid message received');
        if (!isInitialised) return connection.close(4401, 'Unauthorized');
        if (running.has(id)) return connection.close(4409, `Subscriber for ${id} already exists`);
        // Known from now on, although its results are to come.
        running.set(id, once(undefined));
        return run(id, payload);
      });
      connection.on('close', () => Promise.all([...running.keys()].map(stop)));
    },
    controls: undefined,
  };
}
