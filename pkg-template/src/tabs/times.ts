/** How long things may take, in milliseconds. */

/** How long what was sent may take to be handed over before a tab leaves without. */
export const DRAIN_MS = 3_000;
/** How long the state of an ended connection may take to reach all tabs before the hub leaves them. */
export const FAREWELL_MS = 500;
/** The class has the requests' timeouts. */
export const REQUEST_MS = 86_400_000;

/** Deadlines of the rules, as opposed to those of requests. */
export const SOON_MS = 10_000;
/** More than a timer can wait. */
export const FAR_MS = 2_147_483_647;
/** How long a worker's connection outlives the last tab, which may only be loading anew. */
export const IDLE_MS = 500;
