/**
 * Where the class as it comes, which reconnects, does on purpose what the browser's does not: the name of a case, and why.
 * An entry whose case no longer differs is stale and fails.
 */
export const KNOWN_DIFFERENCES = {};
