/** Finds the page's elements, and writes to them only what has changed, so that a tick costs nothing when all is quiet. */

/**
 * The element with this id, which is in index.html.
 *
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no element #${id}`);
  return element;
}

/**
 * @param {string} id
 * @returns {HTMLInputElement}
 */
export const input = (id) => /** @type {HTMLInputElement} */ (byId(id));

/**
 * @param {string} id
 * @returns {HTMLButtonElement}
 */
export const button = (id) => /** @type {HTMLButtonElement} */ (byId(id));

/**
 * @param {HTMLElement} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/**
 * Runs `act` when the form is submitted, by its button or by Enter, in place of the browser's own submission.
 *
 * @param {HTMLElement} form
 * @param {(form: HTMLFormElement) => void} act
 */
export function onSubmit(form, act) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    act(/** @type {HTMLFormElement} */ (form));
  });
}
