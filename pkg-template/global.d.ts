/** What the classic script `holdfast-ws.global.js` sets: `Holdfast.WebSocket`. */
import type * as Package from 'holdfast-ws';

declare global {
  const Holdfast: Omit<typeof Package, 'default'>;
}
