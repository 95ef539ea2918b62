/** Removes a folder into which the rest of a browser or a server that was ended may still write for a moment. */
import { rm } from 'node:fs/promises';
import { eventually } from './server.mjs';

/** The option `maxRetries` is not enough: it doesn't look for new files. */
export const removeFolder = (folder) => eventually(() => rm(folder, { recursive: true, force: true }), 30_000);
