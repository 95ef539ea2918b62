/** The page's events that concern other tabs. */
import { listenToPage } from '../platform/native';
import { Signal } from './numbers';

const TYPES = ['visibilitychange', 'freeze', 'resume', 'pagehide', 'pageshow'];

export class PageWatch {
  readonly #tell: (signal: Signal) => void;

  constructor(tell: (signal: Signal) => void) {
    this.#tell = tell;
    for (const type of TYPES) listenToPage(true, type, this, true);
  }

  end(): void {
    for (const type of TYPES) listenToPage(false, type, this, true);
  }

  handleEvent(event: Event): void {
    const { type } = event;
    if (type === 'visibilitychange') this.#tell(document.hidden ? Signal.Hidden : Signal.Visible);
    else if (type === 'freeze') this.#tell(Signal.Away);
    else if (type === 'pagehide') this.#tell((event as PageTransitionEvent).persisted ? Signal.Away : Signal.Unload);
    else if (type === 'resume' || (event as PageTransitionEvent).persisted) this.#tell(Signal.Back);
  }
}
