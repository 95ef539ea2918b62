/** The numbers of a shared box in a page that has adopted it, and adds nothing to it. */
import { setTimer } from '../platform/native';
import { SharedNumbers } from './numbers';
import type { Host, OutboxBox } from './outbox-box';
import { counterOf, isShared } from './shared-names';
import type { Shared, Store } from './store';

const RETRY_MS = 1_000;

/** Returns what its host does, and a function that begins it. Nothing for a box of one page. */
export async function readNumbers(
  store: Store,
  user: string,
  name: string,
): Promise<{ host: Partial<Host>; begin(box: OutboxBox): void } | undefined> {
  const counter = counterOf(user);
  const shared = isShared(name) ? ((await store.position(counter)) as Shared | undefined) : undefined;
  if (shared?.name !== name) return undefined;
  const numbers = new SharedNumbers();
  let adopted: OutboxBox | undefined;
  // Tabs that share the box may be in the back/forward cache: they are to know what was sent.
  const openNumbers = (number: number) => {
    const again = () => adopted?.hasEnded || openNumbers(number);
    const failed = () => setTimer(again, RETRY_MS);
    store.open(counter, numbers, number).then(() => adopted?.opened(number), failed);
  };
  const begin = (box: OutboxBox) => {
    adopted = box;
    // All of it is of other pages.
    box.count(shared, Number.MAX_SAFE_INTEGER);
  };
  return { host: { openNumbers }, begin };
}
