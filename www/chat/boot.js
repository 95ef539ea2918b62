/** Starts the chat, and says in words why it could not start. */

import('./main.js').catch((why) => {
  const notice = /** @type {HTMLElement} */ (document.getElementById('notice'));
  notice.textContent = `The chat did not start: ${why}. Is the package built? cargo xtask demo`;
  notice.hidden = false;
  throw why;
});
