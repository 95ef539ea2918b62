/** Jest's jsdom environment has neither of these classes. The build puts them in the place of the globals. */
import { ofNode } from './real';

export const TextDecoder = globalThis.TextDecoder ?? ofNode('node:util', 'TextDecoder');
export const TextEncoder = globalThis.TextEncoder ?? ofNode('node:util', 'TextEncoder');
