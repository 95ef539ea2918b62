/** The type of `Holdfast`, the global that the classic script `holdfast-ws.global.js` sets. */
import type * as Package from 'holdfast-ws';

declare global {
  const Holdfast: Omit<typeof Package, 'default'>;
}
