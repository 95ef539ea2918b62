/**
 * Was anything lost unreported, doubled, out of turn? A function of what one socket's log says and what the server recorded, so
 * that it can be shown a log with a fault in it and must see it (`chaos-judge.test.mjs`).
 *
 * It judges by order and by causes, never by how long something took: the machine may be busy.
 *
 * The log has the application's side and the native sockets' side in one order, see `application.mjs` and `natives.js`. `server`
 * is a list of `{ dial, received, closedByClient }`: the texts that the server read, in order, and whether they ended in a close frame
 * of the client's that doesn't answer one of the server's.
 */
import { requestsSettle } from './judge-requests.mjs';

/** The rules by name; each calls `wrong(text)` for what breaks it. */
const RULES = {
  'one connection': oneConnection,
  'sent messages': sentMessages,
  'what arrived at the server': serverSide,
  'delivered messages': deliveredMessages,
  events,
  states,
  requests: requestsSettle,
  'the end': theEnd,
};

export function judge(log, server) {
  const faults = [];
  for (const [name, rule] of Object.entries(RULES)) rule(log, (text) => faults.push(`${name}: ${text}`), server);
  return { faults, figures: figures(log, server) };
}

const where = ({ at }) => `at ${at}`;

/** The live connection is the one dialled last. Any before it must have been let go of. */
function oneConnection(log, wrong) {
  let current = 0;
  for (const entry of log) {
    if (entry.what === 'dial') {
      current = entry.dial;
      if (entry.beside.length)
        wrong(`dial ${entry.dial} beside ${entry.beside}, which are neither closing nor closed, ${where(entry)}`);
    } else if (['handed', 'open', 'message'].includes(entry.what) && entry.dial !== undefined && entry.dial !== current) {
      wrong(`${entry.what} (${entry.data ?? ''}) of dial ${entry.dial}, while ${current} is the current one, ${where(entry)}`);
    }
  }
}

/** Follows what the application has done: whether it closed, whether it called for a new connection since. */
class Wishes {
  closed = false;
  reconnects = 0;
  /** How often it began anew after the end. */
  revivals = 0;

  hear({ what, act, cause, status }) {
    if (what === 'act' && act === 'close') this.closed = true;
    if (what === 'act' && act === 'reconnect') {
      this.closed = false;
      this.reconnects += 1;
      if (status === 'closed') this.revivals += 1;
    }
    // The events of an earlier life have all been told by then.
    if (what === 'reconnecting' && cause === 'manual') this.reconnects -= 1;
  }
}

/** Each is handed to one open connection, or reported as unsent. */
function sentMessages(log, wrong) {
  const sent = new Map();
  const wishes = new Wishes();
  for (const entry of log) {
    wishes.hear(entry);
    const { what, number } = entry;
    const message = (text) => sent.get(Number(/^m (\d+)$/.exec(text)?.[1]));
    if (what === 'send') sent.set(number, { fates: [], discarded: entry.readyState === 3 || wishes.closed });
    else if (what === 'refused') {
      sent.get(number).fates.push('refused');
      if (entry.error !== 'QuotaExceededError') wrong(`message ${number} was refused with ${entry.error}, ${where(entry)}`);
    } else if (what === 'handed') {
      message(entry.data)?.fates.push(`dial ${entry.dial}`);
      if (entry.state !== 1)
        wrong(`“${entry.data}” was given to dial ${entry.dial} in state ${entry.state}, which drops it, ${where(entry)}`);
    } else if (what === 'close') {
      if (entry.willReconnect && entry.unsent?.length) wrong(`unsent before the end, ${where(entry)}`);
      for (const text of entry.unsent ?? []) {
        if (message(text)) message(text).fates.push('unsent');
        else wrong(`unsent has “${text}”, which nobody sent with send(), ${where(entry)}`);
      }
    }
  }
  for (const [number, { fates, discarded }] of sent) {
    if (fates.length > 1) wrong(`message ${number} more than once: ${fates.join(', ')}`);
    if (fates.length === 0 && !discarded) wrong(`message ${number} was lost`);
  }
}

/** Of each connection the server has a beginning, without gaps; all of it, if the client closed it. */
function serverSide(log, wrong, server) {
  const handed = new Map();
  for (const { what, dial, data } of log) if (what === 'handed') handed.set(dial, [...(handed.get(dial) ?? []), data]);
  for (const { dial, received, closedByClient } of server) {
    const sent = handed.get(dial) ?? [];
    const differs = received.findIndex((text, index) => text !== sent[index]);
    if (differs >= 0) wrong(`dial ${dial}, number ${differs}: “${received[differs]}” instead of “${sent[differs]}”`);
    else if (closedByClient && received.length < sent.length)
      wrong(
        `dial ${dial} ended in order, and ${sent.length - received.length} messages from “${sent[received.length]}” on never came`,
      );
  }
}

/** Messages of the live connection are delivered at once, once and in order; those of one let go of are not. */
function deliveredMessages(log, wrong) {
  const over = new Set();
  const pushed = new Map();
  let current = 0;
  let due;
  const missed = () => due && wrong(`${due.kind} ${due.nth} of dial ${due.dial} arrived and was not delivered, ${where(due)}`);
  for (const entry of log) {
    const { what, dial, nth, kind } = entry;
    if (what === 'dial') current = dial;
    else if (what === 'let go') {
      over.add(dial);
      // By a listener to something else that was told before it.
      if (due?.dial === dial) due = undefined;
    } else if (what === 'arrived') {
      missed();
      due = kind === 'other' || over.has(dial) || dial !== current ? undefined : entry;
    } else if (what === 'message') {
      if (dial === undefined) wrong(`a message of no native event, ${where(entry)}`);
      else if (due ? due.nth !== nth || due.dial !== dial : !over.has(dial))
        wrong(`message ${nth} of dial ${dial}, “${entry.data}”, is not what arrived last, ${where(entry)}`);
      due = undefined;
      const number = Number(/^push (\d+)$/.exec(entry.data)?.[1]);
      if (number && number !== (pushed.get(dial) ?? 0) + 1)
        wrong(`push ${number} of dial ${dial} after ${pushed.get(dial) ?? 0}, ${where(entry)}`);
      if (number) pushed.set(dial, number);
      if (!number && !entry.data.startsWith('flood ')) wrong(`“${entry.data}” was given to the application, ${where(entry)}`);
    }
  }
  missed();
}

/** An attempt waits for this long, in milliseconds, while too many abandoned connections linger: on a busy machine they close late. */
const LONGEST_DELAY = 10_000;

/** open, messages, close, in this order; one close to each attempt, and one to each close() between two. */
function events(log, wrong) {
  let open;
  let dials = 0;
  let asked = 0;
  let closes = 0;
  let idleCloses = 0;
  // While a connection is being admitted, its messages are told, and it is not yet told to be open.
  const admits = log.some(({ admission }) => admission);
  for (const entry of log) {
    const { what, dial, act, status } = entry;
    if (entry.wrong) wrong(`${what} with the wrong ${entry.wrong}, ${where(entry)}`);
    if (what === 'dial') dials += 1;
    else if (what === 'asked') asked += 1;
    else if (what === 'act' && act === 'close' && (status === 'waiting' || status === 'offline')) idleCloses += 1;
    else if (what === 'open') {
      if (open !== undefined) wrong(`open of dial ${dial}, and dial ${open} has not been told to be closed, ${where(entry)}`);
      open = dial ?? 'unknown';
    } else if (what === 'message' && open !== dial && !admits) {
      wrong(`a message of dial ${dial}, while ${open ?? 'none'} has been told to be open, ${where(entry)}`);
    } else if (what === 'close') {
      closes += 1;
      open = undefined;
    } else if (what === 'reconnecting' && !(entry.delay >= 0 && entry.delay <= LONGEST_DELAY))
      wrong(`a delay of ${entry.delay} ms, ${where(entry)}`);
  }
  // Where a provider is asked for the URL, that is the attempt, be it dialled or not.
  const attempts = asked || dials;
  if (closes !== attempts + idleCloses)
    wrong(`${closes} close events for ${attempts} attempts and ${idleCloses} calls of close() between two`);
}

const READY = { connecting: 0, open: 1, waiting: 0, offline: 0, closing: 2, closed: 3 };

/** The socket's properties fit the event, and its last ones are true when all is calm. */
function states(log, wrong) {
  const wishes = new Wishes();
  let told;
  let current;
  let ended = false;
  let ends = 0;
  for (const entry of log) {
    const { what, dial, readyState, status, willReconnect } = entry;
    const says = `${what} in readyState ${readyState}, status ${status}, ${where(entry)}`;
    if (what === 'dial') current = dial;
    // The close of one before it may be told in between.
    if (what === 'dial' || (what === 'close' && dial === current)) ended = false;
    else if ((what === 'failed' || what === 'ended') && dial === current) ended = true;
    // The native socket is closed when it fires `error` and `close`, and readyState knows of it before it is told.
    const soon = status === 'closing' && wishes.closed ? 3 : 0;
    const ahead = ended && (status === 'open' || status === 'closing') && readyState === soon;
    if (status !== undefined && READY[status] !== readyState && !ahead) wrong(says);
    if (what === 'statuschange') {
      // Each is told as it was, in order, and may be behind what the application has called for meanwhile; none is told twice.
      if (told === entry.told) wrong(`told to be ${told} again, ${says}`);
      told = entry.told;
    }
    if (what === 'calm' && told !== status) wrong(`${told} was told last, ${says}`);
    // Calls of the application meanwhile, and their results, may be ahead of the events.
    // After an admission it is told in a task of its own, and so may come after what the application did before.
    const late = dial === undefined && (wishes.closed || wishes.reconnects);
    if (what === 'open' && readyState !== 1 && !ahead && !late) wrong(says);
    if (what === 'close' && willReconnect && readyState % 2 && !wishes.closed) wrong(`more to come, ${says}`);
    if (what === 'close' && !willReconnect) {
      ends += 1;
      // It is told in a task of its own, and so may come after a revival.
      if (readyState !== 3 && wishes.revivals < ends) wrong(`the last, ${says}`);
    }
    wishes.hear(entry);
  }
}

/** Nothing waits any more. */
function theEnd(log, wrong) {
  const end = log.find(({ what }) => what === 'over');
  if (!end) return wrong('it did not come');
  for (const what of ['pending', 'queued']) if (end[what]) wrong(`${end[what]} ${what}`);
  for (const { pending, at } of log.filter(({ what }) => what === 'calm'))
    if (pending) wrong(`${pending} pending in the calm at ${at}`);
}

/** Counts of what happened, so that a run in which nothing did is noticed. */
function figures(log, server) {
  const count = (name) => log.filter(({ what }) => what === name).length;
  const received = server.flatMap(({ received }) => received).filter((text) => text.startsWith('m ')).length;
  const handed = log.filter(({ what, data }) => what === 'handed' && data.startsWith('m ')).length;
  const unsent = log.flatMap(({ unsent = [] }) => unsent).length;
  const outcomes = {};
  for (const { what, outcome } of log) if (what === 'settled') outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  return {
    dials: count('dial'),
    opens: count('open'),
    sent: count('send'),
    handed,
    received,
    unsent,
    refused: count('refused'),
    delivered: count('message'),
    outcomes,
  };
}
