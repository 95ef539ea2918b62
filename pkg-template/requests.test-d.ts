/** Requests by protocol, and nonsense in options, checked by `tsc`, never run. */
import { type Codec, type Options, type StandardSchema, WebSocket } from './index';

declare const url: string;
declare const schema: StandardSchema<{ name: string }>;

// By the protocol `id`, the default: a plain object without an id.
const ws = new WebSocket(url);
interface Join {
  type: 'join';
  room: string;
}
declare const join: Join;
declare const record: Record<string, unknown>;
declare const loose: object;
export const fit: Promise<unknown>[] = [
  ws.request({}),
  ws.request({ length: 5, call: 'x', name: { id: 3 } }),
  ws.request(join),
  ws.request(record),
  ws.request(loose),
  ws.request(JSON.parse(url)),
  ws.request(join, { schema }),
];
export const said: Promise<{ ok: boolean }> = ws.request<{ ok: boolean }>({ get: 'user' });
export const checked: Promise<{ name: string }> = ws.request<{ name: string }>({ get: 'user' }, { schema });
export const generic = <T extends object>(body: T) => ws.request(body);
// @ts-expect-error: a number can't carry an id
ws.request(5);
// @ts-expect-error
ws.request('text');
// @ts-expect-error
ws.request(null);
// @ts-expect-error
ws.request([1, 2]);
// @ts-expect-error
ws.request(new Map());
// @ts-expect-error
ws.request(new Uint8Array(1));
// @ts-expect-error: a promise, where `await` is missing
ws.request(Promise.resolve({}));
// @ts-expect-error
ws.request(() => ({}));
// @ts-expect-error: the id is ours
ws.request({ id: 3 });
// @ts-expect-error: before a schema, too
ws.request({ id: 3 }, { schema });
// @ts-expect-error: and of a stream
ws.stream([1]);
// @ts-expect-error: with a reply that is said
ws.request<number>(5);
// @ts-expect-error: call() and its kin are JSON-RPC's
ws.call('add', [1]);
// @ts-expect-error
ws.notify('add');
// @ts-expect-error
ws.handle('add', null);
// @ts-expect-error
new WebSocket(url, [], { request: { protocol: 'id' } }).call('add');
// @ts-expect-error: the preset says nothing of it
new (WebSocket.with({ heartbeat: {} }))(url).call('add');
// Another key leaves `id` to the application.
new WebSocket(url, { request: { idKey: 'rid' } }).request({ id: 3 });
new (WebSocket.with({ request: { idKey: 'rid' } }))(url).request({ id: 3 });

// By JSON-RPC.
const rpc = new WebSocket(url, [], { request: { protocol: 'json-rpc', timeout: 5 } });
const Rpc = WebSocket.with({ request: { protocol: 'json-rpc' } }).with({ heartbeat: {} });
export const called: Promise<unknown>[] = [
  rpc.call('add'),
  rpc.call('add', [1], { schema }),
  rpc.request({ method: 'add', params: [1] }),
  new Rpc(url).call('add'),
  new Rpc(url, { queue: false }).call('add'),
];
// @ts-expect-error: no method
rpc.request({ params: [1] });
// @ts-expect-error: no string is a list of parameters
rpc.request({ method: 'add', params: 'x' });
// @ts-expect-error: options win
new Rpc(url, { request: { protocol: 'id' } }).call('add');

// By a protocol of one's own: what `encode` takes.
declare const codec: Codec;
const own = new WebSocket(url, {
  request: { protocol: { encode: (id, body: number) => `${id} ${body}`, decode: () => null } },
});
own.request(5);
new WebSocket(url, { request: { protocol: codec } }).request([1]);
// @ts-expect-error
own.call('add');
// @ts-expect-error
new WebSocket(url, { request: { protocol: codec } }).notify('add');
// @ts-expect-error: an unknown member
new WebSocket(url, { request: { protocol: { encode: () => '', decode: () => null, cancle: () => '' } } });

// Where the protocol isn't known, all compiles.
declare const options: Options;
declare const any: WebSocket;
new WebSocket(url, options).call('add');
any.call('add');
any.request(5);
export const lent: WebSocket[] = [ws, rpc, own];
export class Mine extends WebSocket {
  constructor(readonly of: string) {
    super(of, [], { request: { protocol: 'json-rpc' } });
    this.call('hello');
  }
}

// The application's own map.
interface Messages {
  join: { request: Join; reply: { ok: boolean }; part: number };
  find: { request: { type: 'find'; where?: { room: string; since?: Date }; any?: unknown }; reply: string[] };
  add: { params: { a: number; b?: number }; result: number };
}
const typed = new WebSocket<Messages>(url, { request: { protocol: 'json-rpc' } });
export class Ours extends WebSocket<Messages> {}
export const replies: [Promise<{ ok: boolean }>, Promise<string[]>, Promise<{ ok: boolean } | string[]>] = [
  typed.request({ type: 'join', room: 'a' }),
  typed.request({ type: 'find', where: { room: 'a', since: new Date() }, any: { thing: [1] } }),
  typed.request({} as Messages['join' | 'find']['request']),
];
typed.call('add', { a: 1 });
new Ours(url).call('add', { a: 1 });
export const inferred: WebSocket<Messages> = new WebSocket(url, { request: { protocol: 'json-rpc' } });
// @ts-expect-error: a misspelt name
typed.request({ type: 'join', room: 'a', rom: 'b' });
// @ts-expect-error: of another request
typed.request({ type: 'join', room: 'a', where: { room: 'b' } });
// @ts-expect-error: further in
typed.request({ type: 'find', where: { room: 'a', sinse: new Date() } });
// @ts-expect-error: of a stream
typed.stream({ type: 'join', room: 'a', rom: 'b' });
// @ts-expect-error: before a schema
typed.request({ type: 'join', room: 'a', rom: 'b' }, { schema });
// @ts-expect-error: in parameters
typed.call('add', { a: 1, c: 2 });
// @ts-expect-error
typed.call('add', { a: 1, c: 2 }, { schema });
// @ts-expect-error
typed.notify('add', { a: 1, c: 2 });
// @ts-expect-error: the map says what is replied
typed.request<number>({ type: 'join', room: 'a' });

// Unknown names in options, wherever they stand.
// @ts-expect-error
new WebSocket(url, { reconect: false });
// @ts-expect-error
new WebSocket(url, [], { reconect: false });
// @ts-expect-error
new WebSocket(url, { heartbeat: { intervall: 5 } });
// @ts-expect-error
new WebSocket(url, [], { request: { timeOut: 5 } });
// @ts-expect-error
new WebSocket(url, { request: { protocol: 'json-rpc', timeOut: 5 } });
// @ts-expect-error
new WebSocket<Messages>(url, [], { queue: { maxMesages: 5 } });
// @ts-expect-error
new WebSocket<Messages>(url, { request: { protocol: 'json-rpc', idkey: 'x' } });
// @ts-expect-error
WebSocket.with({ request: { protocol: 'json-rpc', timeOut: 5 } });
// @ts-expect-error
WebSocket.with({ request: { protocol: 'soap' } });
// @ts-expect-error: two objects of options
new WebSocket(url, {}, {});
// @ts-expect-error
ws.request({}, { schema, timeOut: 5 });
// @ts-expect-error
rpc.call('add', [1], { schema, timeOut: 5 });
// @ts-expect-error
ws.stream({}, { schema, limits: 5 });
// @ts-expect-error
ws.messages({ limits: 5 });
