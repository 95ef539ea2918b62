/** The texts and the close events of the events that we make, because the browser's socket has none for them. Their `isTrusted` is false. */
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

/** Returns a close event for an abandoned connection, with the cause as its reason. The browser would fire its own a minute later. */
export const closeEventFor = (code: number, cause: number): CloseEvent => makeCloseEvent({ code, reason: REASON[cause] });

/** Makes a close event. Node has the class from version 23 on. */
export function makeCloseEvent({ code = 0, reason = '', wasClean = false }: CloseEventInit): CloseEvent {
  const init = { code, reason, wasClean };
  return globalThis.CloseEvent ? new CloseEvent('close', init) : (Object.assign(new Event('close'), init) as CloseEvent);
}

const REASON = ['', '', 'connect timeout', 'heartbeat timeout', 'idle timeout', 'stalled', 'reconnect', '', 'wake', 'hidden'];
