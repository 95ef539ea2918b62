/**
 * Starts the page, and says in words why it could not start.
 *
 * A module that is missing or does not run fails silently for a user who sees the page but not the console: most
 * often the package has not been built yet, or a content-security policy forbids WebAssembly.
 */

import('./main.js').catch((why) => {
  const notice = /** @type {HTMLElement} */ (document.getElementById('notice'));
  notice.textContent = `The lab did not start: ${why}. Is the package built? cargo xtask build`;
  notice.hidden = false;
  throw why;
});
