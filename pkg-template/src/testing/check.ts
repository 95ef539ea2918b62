/** Checks of what a test gives: each error names the call and what it takes. */

/** Milliseconds. */
export function checkTime(name: string, time: unknown): void {
  if (!(typeof time === 'number' && time >= 0 && time < 1e13))
    throw TypeError(`${name} takes milliseconds from 0 on, not ${String(time)}`);
}

export function checkFunction(name: string, given: unknown): void {
  if (typeof given !== 'function') throw TypeError(`${name} takes a function, not ${String(given)}`);
}

/** Options: no others than these. */
export function checkKeys(name: string, given: object, known: string[]): void {
  const unknown = Object.keys(Object(given)).find((key) => !known.includes(key));
  if (unknown) throw TypeError(`${name} takes ${known.join(', ')}, not ${unknown}`);
}
