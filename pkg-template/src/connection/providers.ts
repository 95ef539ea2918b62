/**
 * The functions that give the URL and the subprotocols before each attempt. Their exceptions are reported; the attempt fails, and the
 * next one calls them again.
 */
import { Op } from '../core/numbers';
import { checkUrl, protocolList } from '../dom/webidl';
import type { Link } from '../model/types';
import { throwTypeError } from '../platform/errors';
import { guard, reportFailure } from '../platform/native';

/** Returns '' for a value without a text: anything can be thrown. */
function textOf(error: unknown): string {
  try {
    return String(error);
  } catch {
    return '';
  }
}

/** Reports why an attempt could not be made: once, until it is for another reason. */
export function reportFailureOnce(host: Link, error: unknown): void {
  const text = textOf(error);
  if (text !== host._lastReported) reportFailure(error);
  host._lastReported = text;
  host._attemptError = error;
}

export async function resolveUrl(host: Link, id: number, attempt: number): Promise<void> {
  // Not before the constructor is done.
  await undefined;
  const socket = host._socket;
  if (!socket) return;
  // That of the last connection takes no more messages.
  host._directSocket = undefined;
  const { _core: core, _givenUrl: url, _givenProtocols: protocols, _lastClose: lastClose, _resumeToken: resume } = socket;
  // Asynchronous, so that an exception of one leaves no rejection of the other unhandled.
  const resolve = async (given: unknown) => (typeof given === 'function' ? given({ attempt, lastClose, resume }) : given);
  try {
    const [target, list] = await Promise.all([resolve(url), resolve(protocols)]);
    if (typeof target !== 'string' && !(target instanceof URL)) throwTypeError('url() gave neither a string nor a URL');
    host._url = checkUrl(target);
    host._protocols = list == null || list === false ? [] : protocolList(list);
    core._call(Op.Provided, id, 1);
  } catch (error) {
    guard(() => reportFailureOnce(host, error));
    core._call(Op.Provided, id);
  }
}
