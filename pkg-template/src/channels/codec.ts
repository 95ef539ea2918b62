/** Messages that are JSON. */
import type { Codec } from './options';

export const json: Codec = {
  encode: (value) => JSON.stringify(value),
  decode: (data) => (typeof data === 'string' ? JSON.parse(data) : data),
};
