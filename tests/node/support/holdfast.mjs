/** The built package, in this Node, over the class that this run is about. */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { WebSocket as Ws } from 'ws';

const repository = resolve(import.meta.dirname, '../../..');
export const pkg = resolve(process.env.HOLDFAST_PKG ?? resolve(repository, 'pkg'));

/** Before the package is imported, as an application would. */
export const overWs = process.env.HOLDFAST_NODE_CLASS === 'ws';
if (overWs) globalThis.WebSocket = Ws;

export const platform = `Node ${process.versions.node.split('.')[0]}${overWs ? ' with ws' : ''}`;

export const { WebSocket } = await import(pathToFileURL(resolve(pkg, 'dist/index.mjs')));
