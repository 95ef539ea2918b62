/** The events we make ourselves, because the browser's socket has none for what happened. They aren't trusted; nobody else's can be. */
export const STATUS = ['connecting', 'open', 'waiting', 'offline', 'closing', 'closed'];

export const CAUSE = ['closed', 'failed', 'connect-timeout', 'heartbeat', 'idle', 'stalled', 'manual', 'online'];

/** For a connection that was given up: the browser would fire its own a minute later. */
export const closeEvent = (code: number, reason: string, wasClean: boolean): CloseEvent =>
  new CloseEvent('close', { code, reason, wasClean });
