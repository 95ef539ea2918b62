/** The rules of one tab: the machine of `src/tabs` in Rust, by `bindings-tabs/`. */
import { initSync, inlinedTabs, Machine } from 'holdfast:tabs';
import type { TabsSettings } from './types';

export const now = (): number => performance.now();

/** Draws a number below 2^52. */
const draw = (): number => Math.floor(Math.random() * (Number.MAX_SAFE_INTEGER / 2));

/** Draws the number of a tab, which is odd, or of a worker, which is even. It is below 2^53, and not 0 or 1. */
export const drawId = (isWorker: boolean): number => 2 * Math.max(1, draw()) + (isWorker ? 0 : 1);

/** True for the number of a tab. A worker that waits to replace another is none. */
export const isTab = (id: number): boolean => id % 2 === 1;

/** True where tabs can find each other. Node has both, and no origin. A browser that blocks storage may refuse channels. */
export function canShare(): boolean {
  const { navigator, BroadcastChannel: Channel, origin = 'null' } = globalThis;
  try {
    if (!navigator?.locks || origin === 'null') return false;
    new Channel('holdfast').close();
    return true;
  } catch {
    return false;
  }
}

let started = false;

/** Makes the machine of a tab with this number. */
export function makeMachine(id: number, { takeOverAfter, replay }: TabsSettings): Machine {
  if (!started) initSync({ module: inlinedTabs() });
  started = true;
  return new Machine(now(), takeOverAfter, replay, id, draw(), !globalThis.document?.hidden);
}
