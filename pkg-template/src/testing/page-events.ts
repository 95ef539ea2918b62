/** The window and the document of a world: targets of the page's events, in the order in which a browser calls their listeners. */

const OF_DOCUMENT = ['visibilitychange', 'freeze', 'resume'];

const isCapture = (options: unknown) =>
  typeof options === 'object' ? !!(options as EventListenerOptions)?.capture : !!options;

export class PageEvents {
  readonly document = new EventTarget();
  readonly #capturing = new EventTarget();
  readonly #bubbling = new EventTarget();

  readonly add = (type: string, listener: EventListener, options?: unknown): void =>
    this.#window(options).addEventListener(type, listener, options as AddEventListenerOptions);

  readonly remove = (type: string, listener: EventListener, options?: unknown): void =>
    this.#window(options).removeEventListener(type, listener, options as EventListenerOptions);

  #window(options: unknown): EventTarget {
    return isCapture(options) ? this.#capturing : this.#bubbling;
  }

  dispatch(event: Event): void {
    this.#capturing.dispatchEvent(event);
    if (OF_DOCUMENT.includes(event.type)) this.document.dispatchEvent(event);
    this.#bubbling.dispatchEvent(event);
  }
}

/** Makes an event of the page. `persisted` is that of `pagehide` and `pageshow`. */
export function pageEvent(type: string, persisted: boolean): Event {
  const event = new Event(type, { bubbles: OF_DOCUMENT.includes(type), cancelable: type === 'beforeunload' });
  return type.startsWith('page') ? Object.defineProperty(event, 'persisted', { value: persisted }) : event;
}

/** The document's own target of an event; `undefined` for one of the window. */
export const targetOf = (type: string): 'document' | undefined => (OF_DOCUMENT.includes(type) ? 'document' : undefined);
