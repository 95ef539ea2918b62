/** The judge of the chaos notices what it is there for: each case takes a sound log and spoils one thing in it. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { judge } from './chaos/judge.mjs';

/**
 * A short life, told as pages tell it: two connections, the first of which is reset with a message in flight. Then close(), with a
 * message that can't go out any more.
 */
function soundLog() {
  const connecting = { readyState: 0, status: 'connecting' };
  const waiting = { readyState: 0, status: 'waiting' };
  const open = { readyState: 1, status: 'open' };
  const closed = { readyState: 3, status: 'closed' };
  const asked = (number, id) => `{"id":${id},"method":"echo","params":["r ${number}"]}`;
  const entries = [
    { what: 'dial', dial: 1, beside: [] },
    { what: 'send', number: 1, ...connecting },
    { what: 'opened', dial: 1 },
    { what: 'handed', dial: 1, data: 'm 1', state: 1 },
    { what: 'open', dial: 1, ...open },
    { what: 'statuschange', told: 'open', ...open },
    { what: 'request', number: 1, kind: 'echo', retry: true, ...open },
    { what: 'handed', dial: 1, data: asked(1, 1), state: 1 },
    { what: 'request', number: 2, kind: 'echo', retry: false, ...open },
    { what: 'handed', dial: 1, data: asked(2, 2), state: 1 },
    { what: 'arrived', dial: 1, nth: 1, kind: 'push' },
    { what: 'message', dial: 1, nth: 1, data: 'push 1', ...open },
    { what: 'arrived', dial: 1, nth: 2, kind: 'push' },
    { what: 'message', dial: 1, nth: 2, data: 'push 2', ...open },
    { what: 'send', number: 2, ...open },
    { what: 'handed', dial: 1, data: 'm 2', state: 1 },
    { what: 'ended', dial: 1, code: 1006 },
    { what: 'close', dial: 1, code: 1006, willReconnect: true, unsent: [], ...waiting },
    { what: 'reconnecting', attempt: 1, delay: 20, cause: 'closed', ...waiting },
    { what: 'statuschange', told: 'waiting', ...waiting },
    { what: 'settled', number: 2, outcome: 'ConnectionLostError', right: false },
    { what: 'send', number: 3, ...waiting },
    { what: 'dial', dial: 2, beside: [] },
    { what: 'statuschange', told: 'connecting', ...connecting },
    { what: 'opened', dial: 2 },
    { what: 'handed', dial: 2, data: asked(1, 1), state: 1 },
    { what: 'handed', dial: 2, data: 'm 3', state: 1 },
    { what: 'open', dial: 2, ...open },
    { what: 'statuschange', told: 'open', ...open },
    { what: 'arrived', dial: 2, nth: 1, kind: 'other' },
    { what: 'settled', number: 1, outcome: 'answered', right: true },
    { what: 'calm', pending: 0, ...open },
    { what: 'act', act: 'reconnect', ...open },
    { what: 'let go', dial: 2 },
    { what: 'dial', dial: 3, beside: [] },
    { what: 'send', number: 4, ...connecting },
    { what: 'close', code: 1006, willReconnect: true, unsent: [], ...connecting },
    { what: 'reconnecting', attempt: 1, delay: 0, cause: 'manual', ...connecting },
    { what: 'act', act: 'close', ...connecting },
    { what: 'let go', dial: 3 },
    { what: 'failed', dial: 3 },
    { what: 'error', dial: 3, readyState: 3, status: 'closing' },
    { what: 'ended', dial: 3, code: 1006 },
    { what: 'close', dial: 3, code: 1006, willReconnect: false, unsent: ['m 4'], ...closed },
    { what: 'over', pending: 0, queued: 0, buffered: 0 },
  ];
  return entries.map((entry, index) => ({ at: index, ...entry }));
}

const soundRecord = () => [
  { dial: 1, received: ['m 1', soundLog()[7].data], closedByClient: false },
  { dial: 2, received: [soundLog()[7].data, 'm 3'], closedByClient: true },
];

/** Each spoils a log, given a way to find an entry's index, and says what must be found. */
const SPOILED = {
  'a message that was lost': {
    spoil: (log, find) => log.splice(find({ what: 'handed', data: 'm 3' }), 1),
    found: ['message 3 was lost'],
  },
  'a message that is neither sent nor in the last unsent': {
    spoil: (log, find) => log[find({ what: 'close', willReconnect: false })].unsent.pop(),
    found: ['message 4 was lost'],
  },
  'a message handed over twice': {
    spoil: (log, find) => log.splice(find({ data: 'm 2' }), 0, { ...log[find({ data: 'm 2' })] }),
    found: ['message 2 more than once: dial 1, dial 1'],
  },
  'a message sent again on the next connection': {
    spoil: (log, find) => log.splice(find({ data: 'm 3' }), 0, { ...log[find({ data: 'm 3' })], data: 'm 2' }),
    found: ['message 2 more than once: dial 1, dial 2'],
  },
  'a message both sent and reported as unsent': {
    spoil: (log, find) => log[find({ what: 'close', willReconnect: false })].unsent.push('m 3'),
    found: ['message 3 more than once: dial 2, unsent'],
  },
  'a message given to a native socket that drops it': {
    spoil: (log, find) => Object.assign(log[find({ data: 'm 2' })], { state: 2 }),
    found: ['“m 2” was given to dial 1 in state 2'],
  },
  'a message doubled on the wire': {
    spoil: (_, __, server) => server[1].received.push('m 3'),
    found: ['dial 2, number 2: “m 3” instead of “undefined”'],
  },
  'messages out of order on the wire': {
    spoil: (_, __, server) => server[0].received.reverse(),
    found: ['dial 1, number 0'],
  },
  'a gap on a connection that ended in order': {
    spoil: (_, __, server) => server[1].received.pop(),
    found: ['1 messages from “m 3” on never came'],
  },
  'two live connections': {
    spoil: (log, find) => Object.assign(log[find({ what: 'dial', dial: 2 })], { beside: [1] }),
    found: ['dial 2 beside 1'],
  },
  'two connections that are both listened to': {
    spoil: (log, find) =>
      log.splice(
        find({ what: 'calm' }),
        0,
        { what: 'arrived', dial: 1, nth: 3, kind: 'push', at: 0 },
        { what: 'message', dial: 1, nth: 3, data: 'push 3', readyState: 1, status: 'open', at: 0 },
      ),
    found: ['message (push 3) of dial 1, while 2 is the current one'],
  },
  'a message that arrived and was not delivered': {
    spoil: (log, find) => log.splice(find({ what: 'message', nth: 2 }), 1),
    found: ['push 2 of dial 1 arrived and was not delivered'],
  },
  'a message delivered twice': {
    spoil: (log, find) => log.splice(find({ what: 'message', nth: 2 }), 0, { ...log[find({ what: 'message', nth: 2 })] }),
    found: ['message 2 of dial 1, “push 2”, is not what arrived last'],
  },
  'a close that was not told': {
    spoil: (log, find) => log.splice(find({ what: 'close', dial: 1 }), 1),
    found: ['open of dial 2, and dial 1 has not been told to be closed', '2 close events for 3 attempts'],
  },
  'a message before its connection is told to be open': {
    spoil(log, find) {
      const [open] = log.splice(find({ what: 'open', dial: 1 }), 1);
      log.splice(find({ what: 'message', nth: 1 }) + 1, 0, open);
    },
    found: ['a message of dial 1, while none has been told to be open'],
  },
  'a target that is not the socket': {
    spoil: (log, find) => Object.assign(log[find({ what: 'open', dial: 2 })], { wrong: 'target' }),
    found: ['open with the wrong target'],
  },
  'a last close while it goes on': {
    spoil: (log, find) =>
      Object.assign(log[find({ what: 'close', willReconnect: false })], { readyState: 0, status: 'waiting' }),
    found: ['the last, close in readyState 0, status waiting'],
  },
  'CLOSED while another attempt is to come': {
    spoil: (log, find) => Object.assign(log[find({ what: 'send', number: 3 })], { readyState: 3, status: 'waiting' }),
    found: ['send in readyState 3, status waiting'],
  },
  'a status that was not told': {
    spoil: (log, find) => log.splice(find({ what: 'calm' }) - 3, 1),
    found: ['connecting was told last'],
  },
  'a request that never settles': {
    spoil: (log, find) => log.splice(find({ what: 'settled', number: 1 }), 1),
    found: ['request 1 (echo) settled 0 times'],
  },
  'a request that settles twice': {
    spoil: (log, find) => log.push({ ...log[find({ what: 'settled', number: 1 })] }),
    found: ['request 1 (echo) settled 2 times'],
  },
  'a request with another’s answer': {
    spoil: (log, find) => Object.assign(log[find({ what: 'settled', number: 1 })], { right: false }),
    found: ['request 1 (echo) settled with answered, for which there is no cause'],
  },
  'a request that ran twice and must not': {
    spoil: (log, find) => Object.assign(log[find({ what: 'request', number: 1 })], { retry: false }),
    found: ['request 1, which must not run twice, went out by dials 1,2'],
  },
  'a request that was lost though it may run again': {
    spoil: (log, find) => Object.assign(log[find({ what: 'request', number: 2 })], { retry: true }),
    found: ['request 2 (echo) settled with ConnectionLostError'],
  },
  'an end that does not come': {
    spoil: (log) => log.pop(),
    found: ['it did not come'],
  },
};

describe('the judge of the chaos', () => {
  test('finds nothing in a sound log', () => {
    assert.deepEqual(judge(soundLog(), soundRecord()).faults, []);
  });
  for (const [name, { spoil, found }] of Object.entries(SPOILED))
    test(`notices ${name}`, () => {
      const log = soundLog();
      const server = soundRecord();
      const find = (like) => {
        const index = log.findIndex((entry) => Object.entries(like).every(([key, value]) => entry[key] === value));
        assert.ok(index >= 0, JSON.stringify(like));
        return index;
      };
      spoil(log, find, server);
      const { faults } = judge(log, server);
      for (const text of found)
        assert.ok(
          faults.some((fault) => fault.includes(text)),
          `“${text}” in ${JSON.stringify(faults)}`,
        );
    });
});
