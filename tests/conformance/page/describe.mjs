/**
 * Writes any value as text, so that what two classes did can be compared, sent out of the page and read in a failure.
 * An object whose identity matters to a case gets a name (`labels`). Messages of errors are left out: no standard fixes them.
 */

/** The fields of an event that a standard defines. https://dom.spec.whatwg.org/#interface-event and the interfaces derived from it. */
const EVENT_FIELDS = [
  'type',
  'target',
  'currentTarget',
  'srcElement',
  'eventPhase',
  'bubbles',
  'cancelable',
  'composed',
  'defaultPrevented',
  'returnValue',
  'cancelBubble',
  'isTrusted',
  'data',
  'origin',
  'lastEventId',
  'source',
  'ports',
  'code',
  'reason',
  'wasClean',
  'detail',
];

const bytesOf = (buffer) => {
  const bytes = new Uint8Array(buffer);
  const shown = [...bytes.subarray(0, 16)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return `${bytes.length}:${shown}${bytes.length > 16 ? '…' : ''}`;
};

const kindOf = (object) => {
  const prototype = Object.getPrototypeOf(object);
  return prototype === null ? 'null-prototype' : String(object.constructor?.name);
};

export function describer(labels) {
  const describeFunction = (value) => `function ${value.name}/${value.length}`;

  function describeError(error) {
    // The class, and whether it is this realm's: a DOMException of another would not be `instanceof DOMException`.
    const known = ['DOMException', 'TypeError', 'RangeError', 'SyntaxError', 'Error', 'QuotaExceededError'];
    const own = known.filter((name) => globalThis[name] && Object.getPrototypeOf(error) === globalThis[name].prototype);
    const code = error instanceof DOMException ? ` code ${error.code}` : '';
    return `${own[0] ?? `foreign ${kindOf(error)}`}(${error.name}${code})`;
  }

  function describeObject(value, depth) {
    if (value instanceof Error || value instanceof DOMException) return describeError(value);
    if (value instanceof ArrayBuffer) return `ArrayBuffer(${value.detached ? 'detached' : bytesOf(value)})`;
    if (ArrayBuffer.isView(value)) return `${kindOf(value)}(${value.byteLength})`;
    if (value instanceof Blob) return `${kindOf(value)}(${value.size}, ${JSON.stringify(value.type)})`;
    if (value instanceof Event) return describeEvent(value, depth);
    if (Array.isArray(value)) return `[${value.map((item) => describe(item, depth + 1)).join(', ')}]`;
    if (depth > 3) return `${kindOf(value)}{…}`;
    const entries = Object.entries(value).map(([key, item]) => `${key}: ${describe(item, depth + 1)}`);
    return `${kindOf(value)}{${entries.join(', ')}}`;
  }

  function describeEvent(event, depth) {
    if (depth > 1) return `${kindOf(event)} ${event.type}`;
    const fields = EVENT_FIELDS.filter((name) => name in event).map((name) => `${name}: ${describe(event[name], depth + 1)}`);
    fields.push(`composedPath(): ${describe(event.composedPath(), depth + 1)}`, `timeStamp: ${typeof event.timeStamp}`);
    return `${kindOf(event)}{${fields.join(', ')}}`;
  }

  function describe(value, depth = 0) {
    if (labels.has(value)) return `<${labels.get(value)}>`;
    if (Object.is(value, -0)) return '-0';
    if (typeof value === 'string') return JSON.stringify(value.length > 200 ? `${value.slice(0, 200)}…${value.length}` : value);
    if (typeof value === 'bigint') return `${value}n`;
    if (typeof value === 'function') return describeFunction(value);
    return Object(value) === value ? describeObject(value, depth) : String(value);
  }

  return describe;
}
