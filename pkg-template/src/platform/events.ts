/** The events that we make, because the browser's socket has none for them. They aren't trusted: a script can't make trusted ones. */
export const STATUS = ['connecting', 'open', 'waiting', 'offline', 'closing', 'closed'];

export const CAUSE = [
  'closed',
  'failed',
  'connect-timeout',
  'heartbeat',
  'idle',
  'stalled',
  'manual',
  'online',
  'wake',
  'hidden',
];

/** For a connection that was given up, and why: the browser would fire its own a minute later. */
export const closeEventFor = (code: number, cause: number): CloseEvent => makeCloseEvent({ code, reason: REASON[cause] });

/** A close event of our making. Node has the class from version 23 on. */
export function makeCloseEvent({ code = 0, reason = '', wasClean = false }: CloseEventInit): CloseEvent {
  const init = { code, reason, wasClean };
  return globalThis.CloseEvent ? new CloseEvent('close', init) : (Object.assign(new Event('close'), init) as CloseEvent);
}

const REASON = ['', '', 'connect timeout', 'heartbeat timeout', 'idle timeout', 'stalled', 'reconnect', '', 'wake', 'hidden'];
