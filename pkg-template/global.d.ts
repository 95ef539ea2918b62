/** The type of `Holdfast`, the global that the classic script `holdfast-ws.global.js` sets. */
import type * as Package from 'holdfast-ws';

declare global {
  // Not `const`: a property of `window`, too.
  var Holdfast: Omit<typeof Package, 'default'>;
}
