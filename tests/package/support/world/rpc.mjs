/** The request server of `xtask/src/server/rpc.rs`: JSON in, JSON out. */
const failure = (code, message, data) => ({ error: { code, message, ...(data === undefined ? {} : { data }) } });

function parse(text) {
  try {
    const value = JSON.parse(text);
    return value && typeof value === 'object' && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export function answerRpc({ reply, after }) {
  let held = [];
  const methods = {
    add: ([a, b]) =>
      typeof a === 'number' && typeof b === 'number' ? { result: a + b } : failure(-32602, 'add takes two numbers'),
    echo: ([value = null]) => ({ result: value }),
    fail: ([value = null]) => failure(-32000, 'failed on request', value),
    never: () => undefined,
    wait([ms, value = ms], answer) {
      after(ms, () => answer({ result: value }));
    },
    parts([count = 1], answer) {
      for (let number = 1; number <= count; number += 1)
        answer({ result: number, ...(number === count ? { done: true } : {}) });
    },
    twice([value = null], answer) {
      answer({ result: value });
      return { result: value };
    },
    shuffle([value, count = 2], answer) {
      held.push(() => answer({ result: value }));
      if (held.length < count) return;
      for (const each of held.reverse()) each();
      held = [];
    },
  };
  return (text) => {
    if (typeof text !== 'string') return;
    const request = parse(text);
    const write = (body, id, jsonrpc) => reply(JSON.stringify({ ...body, ...(jsonrpc ? { jsonrpc: '2.0' } : {}), id }));
    if (!request) {
      write(failure(-32700, 'parse error'), null, true);
      return;
    }
    if (!('id' in request)) return;
    const { id, method, jsonrpc } = request;
    const params = Array.isArray(request.params) ? request.params : [];
    const answer = (body) => write(body, id, jsonrpc === '2.0');
    const body = Object.hasOwn(methods, method) ? methods[method](params, answer) : failure(-32601, 'no such method');
    if (body) answer(body);
  };
}
