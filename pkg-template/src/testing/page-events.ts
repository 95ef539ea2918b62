/** The window and the document of a world: targets of the page's events, in the order in which a browser calls their listeners. */

const OF_DOCUMENT = ['visibilitychange', 'freeze', 'resume'];

type Options = boolean | AddEventListenerOptions | undefined;

const isCapture = (options: Options) => (typeof options === 'object' ? !!options?.capture : !!options);

/** Node takes `true` for a capturing listener in `addEventListener`, and ignores it in `removeEventListener`. */
class PageTarget extends EventTarget {
  override removeEventListener(type: string, listener: EventListener | null, options?: Options): void {
    super.removeEventListener(type, listener, { capture: isCapture(options) });
  }
}

export class PageEvents {
  readonly document = new PageTarget();
  readonly #capturing = new PageTarget();
  readonly #bubbling = new PageTarget();

  readonly add = (type: string, listener: EventListener, options?: Options): void =>
    this.#window(options).addEventListener(type, listener, options);

  readonly remove = (type: string, listener: EventListener, options?: Options): void =>
    this.#window(options).removeEventListener(type, listener, options);

  #window(options: Options): EventTarget {
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
