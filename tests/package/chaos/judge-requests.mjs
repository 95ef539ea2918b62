/** The judge's rule for requests: each settles once, for a reason that is there, and goes out as often as it may. */

/** True if an outcome has a cause in the log. */
const CAUSED = {
  answered: ({ right }) => right,
  RpcError: ({ request, right }) => request.kind === 'fail' && right,
  TimeoutError: ({ request, at }) =>
    request.timeout === undefined || request.kind === 'parts' || at - request.at >= request.timeout - 5,
  AbortError: ({ aborted }) => aborted,
  // A request that may run again is lost only when the socket has ended.
  ConnectionLostError: ({ request, finals }) => !request.retry || finals > request.finals,
  // Refused; or it was over before the buffer had drained, which readyState says before the close is told.
  InvalidStateError: ({ request, ends }) =>
    request.readyState >= 2 || request.admission || (request.kind === 'drained' && ends > request.ends),
  QuotaExceededError: ({ request }) => request.readyState !== 1,
};

export function requestsSettle(log, wrong) {
  const requests = new Map();
  let finals = 0;
  // Those, and calls of close().
  let ends = 0;
  for (const entry of log) {
    const { what, number, at } = entry;
    if (what === 'close' && !entry.willReconnect) finals += 1;
    if (entry.act === 'close' || (what === 'close' && !entry.willReconnect)) ends += 1;
    else if (what === 'request') requests.set(number, { ...entry, finals, ends, dials: [], fates: [], aborted: false });
    else if (what === 'abort') requests.get(number).aborted = true;
    else if (what === 'handed') {
      const request = requests.get(Number(/"r (\d+)"/.exec(entry.data)?.[1]));
      if (!request) continue;
      const { number, retry, dials, fates } = request;
      if (fates.length) wrong(`request ${number} went out at ${at}, after it was settled with ${fates}`);
      if (dials.includes(entry.dial)) wrong(`request ${number} went out twice by dial ${entry.dial}, at ${at}`);
      if (dials.length && !retry)
        wrong(`request ${number}, which must not run twice, went out by dials ${[...dials, entry.dial]}, at ${at}`);
      dials.push(entry.dial);
    } else if (what === 'settled') {
      const request = requests.get(number);
      const { fates, aborted } = request;
      fates.push(entry.outcome);
      if (!CAUSED[entry.outcome]?.({ request, right: entry.right, aborted, finals, ends, at }))
        wrong(`request ${number} (${request.kind}) settled with ${entry.outcome}, for which there is no cause, at ${at}`);
    }
  }
  for (const { number, kind, fates } of requests.values())
    if (fates.length !== 1) wrong(`request ${number} (${kind}) settled ${fates.length} times: ${fates}`);
}
