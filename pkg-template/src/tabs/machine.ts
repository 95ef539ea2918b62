/** The rules of one tab: the machine of `src/tabs` in Rust, by `bindings-tabs/`. */
import { initSync, inlinedTabs, Machine } from 'holdfast:tabs';
import type { TabsSettings } from './types';

export const now = (): number => performance.now();

/** Draws a number below 2^53, and not 0 or 1. */
export const draw = (): number => 2 + Math.floor(Math.random() * (Number.MAX_SAFE_INTEGER - 2));

/** True where tabs can find each other. Node has both, and no origin. */
export const canShare = (): boolean =>
  !!(globalThis.navigator?.locks && globalThis.BroadcastChannel && (globalThis.origin ?? 'null') !== 'null');

let started = false;

/** Makes the machine of a tab with this number. */
export function makeMachine(id: number, { takeOverAfter, replay }: TabsSettings): Machine {
  if (!started) initSync({ module: inlinedTabs() });
  started = true;
  return new Machine(now(), takeOverAfter, replay, id, draw(), !globalThis.document?.hidden);
}
