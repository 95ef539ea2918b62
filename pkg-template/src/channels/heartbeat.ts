/** The option `heartbeat` of adapters. */
import { addOptions, type Check, type Checks } from '../model/checked-options';
import { isObject } from '../platform/native';

export interface HeartbeatTimes {
  interval: number;
  timeout: number;
}

const TIME: Check = ['a number of more than 0 ms', (value) => typeof value === 'number' && value >= 0.001];

const TIMES: Checks = { interval: TIME, timeout: TIME };

export const HEARTBEAT: Check = [
  'false, or an object with interval and timeout',
  (value) => value === false || isObject(value),
];

/** Returns the times with their defaults; false if there is no heartbeat. */
export function readHeartbeat(given: object | false | undefined, what: string): HeartbeatTimes | false {
  if (given === false) return given;
  const times = { interval: 10_000, timeout: 5_000 };
  if (given) addOptions(times, what, TIMES, given);
  return times;
}
