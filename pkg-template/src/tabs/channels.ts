/** The channels between tabs: one for all, and one for each tab, on which are that tab and the hub. */
import { report } from '../platform/native';
import { Kind } from './numbers';

type Frame = unknown[];

export class Channels {
  readonly #name: string;
  readonly #id: number;
  readonly #receive: (frame: Frame) => void;
  /** By name; `undefined` while the page is away. */
  #open: Map<string, BroadcastChannel> | undefined;
  /** The frames to post at the end of the task, by channel. */
  #posts = new Map<BroadcastChannel, Frame[]>();

  constructor(name: string, id: number, receive: (frame: Frame) => void) {
    this.#name = name;
    this.#id = id;
    this.#receive = receive;
    this.open();
  }

  open(): void {
    this.#open ??= new Map();
    this.#channel('');
    this.#channel(`:${this.#id}`);
  }

  close(): void {
    this.flush();
    for (const channel of this.#open?.values() ?? []) channel.close();
    this.#open = undefined;
  }

  post(frame: Frame): void {
    const [kind, tab] = frame as number[];
    if (kind === Kind.Common) this.#queue(this.#channel(''), frame);
    else if (kind === Kind.Fence) {
      // What was posted before comes before it.
      this.flush();
      // A second object of this tab's own channel, because one does not hear itself.
      this.#queue(this.#channel(`:${tab}`, 'fence'), frame);
    } else this.#queue(this.#channel(`:${tab}`), frame);
  }

  /** A tab is no longer this hub's. */
  leaveTab(tab: number): void {
    if (tab !== this.#id) this.#end(`:${tab}`);
  }

  /** This tab is no longer the hub. */
  leaveTabs(): void {
    for (const name of [...(this.#open?.keys() ?? [])]) if (name !== '' && !name.startsWith(`:${this.#id}`)) this.#end(name);
  }

  flush(): void {
    const posts = [...this.#posts];
    this.#posts.clear();
    for (const [channel, frames] of posts) {
      try {
        channel.postMessage(frames);
      } catch (error) {
        report(error);
      }
    }
  }

  #end(name: string): void {
    this.flush();
    this.#open?.get(name)?.close();
    this.#open?.delete(name);
  }

  #queue(channel: BroadcastChannel | undefined, frame: Frame): void {
    if (!channel) return;
    if (!this.#posts.size) Promise.resolve().then(() => this.flush());
    const frames = this.#posts.get(channel);
    if (frames) frames.push(frame);
    else this.#posts.set(channel, [frame]);
  }

  #channel(name: string, variant = ''): BroadcastChannel | undefined {
    if (!this.#open) return;
    let channel = this.#open.get(name + variant);
    if (!channel) {
      channel = new BroadcastChannel(this.#name + name);
      this.#open.set(name + variant, channel);
      if (!variant)
        channel.onmessage = ({ data }) => {
          if (Array.isArray(data))
            for (const frame of data) if (Array.isArray(frame) && this.#isForUs(frame)) this.#receive(frame);
        };
    }
    return channel;
  }

  /** A hub hears what hubs say to its tabs, and a hub that is none any more what tabs say to the next. */
  #isForUs([kind, tab, , hub]: Frame): boolean {
    return kind === Kind.Common || (kind === Kind.Up ? hub : tab) === this.#id;
  }
}
