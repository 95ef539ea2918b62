/**
 * An async iterator over pushed values, with a bounded buffer. Overflow ends it with an error, which is thrown after the buffered
 * values have been read. A single reply is a channel with one value.
 */

import type { Channel } from '../model/types';
import { domException } from '../platform/errors';

type Result = IteratorResult<unknown, unknown>;

/** `stop` is called once, when it is over. `map` converts each value as it is read. */
export function channel(limit: number, stop: () => void, map = (value: unknown) => value): Channel {
  const buffer: unknown[] = [];
  const waiting: [(result: Result) => void, (reason: unknown) => void][] = [];
  /** When it is over: the error, if it is still to be thrown. */
  let end: unknown[] | undefined;
  const serve = () => {
    while (waiting.length && (buffer.length || end)) {
      const [resolve, reject] = waiting.shift() as (typeof waiting)[0];
      if (buffer.length) resolve({ value: buffer.shift(), done: false });
      else if (end?.length) reject(end.pop());
      else resolve({ value: undefined, done: true });
    }
  };
  const _finish = (...error: unknown[]) => {
    if (end) return;
    end = error;
    stop();
    serve();
  };
  const _abort = (...error: unknown[]) => {
    buffer.length = 0;
    _finish(...error);
  };
  return {
    _iterator: {
      async next() {
        const result = await new Promise<Result>((...waiter) => {
          waiting.push(waiter);
          serve();
        });
        try {
          if (!result.done) result.value = await map(result.value);
        } catch (error) {
          _abort();
          throw error;
        }
        return result;
      },
      async return(value) {
        _abort();
        end = [];
        return { value, done: true };
      },
      [Symbol.asyncIterator]() {
        return this;
      },
    },
    _push(value) {
      if (end) return;
      if (buffer.length < limit || waiting.length) buffer.push(value);
      else _finish(domException('QuotaExceededError', 'The buffer is full.'));
      serve();
    },
    _finish,
    _abort,
  };
}
