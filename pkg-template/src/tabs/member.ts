/** One tab among the others: it carries out what the machine of `bindings-tabs/` decides, and carries the messages of one socket. */
import type { Machine } from 'holdfast:tabs';
import { payload as convert, snapshot } from '../dom/webidl';
import { domException } from '../platform/errors';
import { guard, inRootZone, report, setTimer } from '../platform/native';
import { Channels } from './channels';
import { Connection } from './connection';
import { Deadline } from './deadline';
import { type LockListener, Locks } from './locks';
import { canShare, drawId, makeMachine, now } from './machine';
import { Mirror, type MirrorOwner } from './mirror';
import { Kind, Event as Kinds, Output, Signal, WELCOME } from './numbers';
import { type Arguments, nameOf } from './options';
import { PageWatch } from './page-watch';
import { answeredCall } from './route';
import type { Carrier, TabSocket } from './tab-socket';
import { DRAIN_MS, FAREWELL_MS, IDLE_MS, REQUEST_MS } from './times';
import { Turns } from './turns';
import type { Closing, Role, State } from './types';
import { WorkerLocks } from './worker-locks';

const NONE: ReadonlyMap<number, unknown> = new Map();

export class Member implements Carrier, MirrorOwner {
  readonly #turns = new Turns();
  readonly mirror = new Mirror(this, this.#turns);
  connection: Connection | undefined;
  /** The number of the request whose message is being sent, and whether its reply has parts. */
  asking: { wire: number; streams: boolean } | undefined;
  readonly #args: Arguments;
  readonly id: number;
  readonly #core: Machine;
  readonly #page: PageWatch;
  #locks: Locks | undefined;
  #channels: Channels | undefined;
  /** The numbers of the requests that are pending: in the machine, by those in the application's protocol. */
  #pending = new Map<number, number>();
  #busy = false;
  #ended = false;
  readonly #deadline = new Deadline(() => this.#run((core) => core.timeout(now())));

  constructor(args: Arguments) {
    this.#args = args;
    this.id = drawId(!!args.tabs.hub);
    this.#core = makeMachine(this.id, args.tabs);
    if (canShare()) this.#join(nameOf(args));
    this.#page = new PageWatch((signal) => this.#signal(signal));
    // Not before the socket is there whose constructor this is called in.
    setTimer(() => this.#run(() => {}), 0);
  }

  get role(): Role {
    if (!this.#locks) return 'own';
    if (this.#locks instanceof WorkerLocks) return 'client';
    return !this.#ended && this.#core.leads() ? 'leader' : 'follower';
  }

  /** True if it has left, or is about to. */
  get isLeaving(): boolean {
    return this.#ended || !!this.mirror.closing;
  }

  get isAttached(): boolean {
    return !this.#ended && this.#core.attached();
  }

  /** The application closes the socket, or all of them: the tab leaves when what it has sent is handed over. */
  leaveBy(closing: Closing, everyone: Closing | undefined, close: () => void): void {
    const isFirst = !this.mirror.closing;
    this.mirror.closing ??= closing;
    // Its timer comes first, so that the status is told before the end.
    close();
    if (!isFirst) return;
    // What the connection was given before its end goes out, by the next leader if this one is lost.
    const wait = this.mirror.state?.status === 'open' ? DRAIN_MS : 0;
    setTimer(() => this.#run((core) => core.leave_when_sent(now(), wait, everyone)), 0);
  }

  /** The tab answers calls of these methods, and no others. */
  answerCalls(methods: string[]): void {
    this.#run((core) => core.handles(now(), methods));
  }

  /** The socket is gone. */
  leave(): void {
    this.#run((core) => core.leave(now()));
  }

  /** Makes the connection anew, wherever it is. */
  reconnect(): void {
    if (this.connection) this.connection.socket.reconnect();
    else this.#channels?.post([Kind.Common, this.id, 'reconnect']);
  }

  _attach(socket: TabSocket): void {
    this.mirror.attach(socket);
  }

  _send(data: unknown): void {
    const [copy, bytes] = snapshot(data as string);
    const { asking } = this;
    this.#run((core) => {
      if (!asking) core.send(now(), copy, bytes);
      else this.#pending.set(asking.wire, core.request(now(), copy, bytes, asking.wire, REQUEST_MS, asking.streams));
    });
  }

  _buffered(): number {
    // Of its own connection a leader knows more than it has told.
    return this.#ended ? 0 : Math.max(this.#core.waiting(), this.connection?.buffered ?? 0);
  }

  /** A leader keeps the message for other tabs, and the application may change it or give its memory away. */
  _own(data: ArrayBuffer): ArrayBuffer {
    return this.role === 'leader' ? data.slice(0) : data;
  }

  greet(): void {
    const { greet } = this.#args.tabs;
    guard(() => {
      const data = greet?.();
      if (data == null) return;
      const [copy, bytes] = snapshot(convert(data));
      this.#run((core) => core.send(now(), copy, bytes));
    });
  }

  _detach(socket: TabSocket, code: number | undefined, reason: string): void {
    // It ends when the tab has left.
    if (this.mirror.closing && !this.#ended) return;
    this.mirror.detach(socket);
    if (!this.#ended) this.giveUp();
    setTimer(() => socket._end(code ?? 1005, reason, true), 0);
  }

  #join(name: string): void {
    this.#channels = new Channels(name, this.id, (frame) => this.#hear(frame));
    const { hub, worker } = this.#args.tabs;
    const listener: LockListener = {
      // Tabs of a worker don't wait for the lock. They have something to say when the roll is called.
      granted: (others) => this.#run((core) => core.granted(now(), hub ? others + 1 : others)),
      stolen: () => this.#run((core) => core.stolen(now())),
      holder: (tab) => this.#run((core) => core.holder(now(), tab, Date.now())),
      gone: (tab) => this.#run((core) => core.gone(now(), tab)),
      presence: (tab, present) => this.#run((core) => core.presence(now(), tab, present)),
      refused: () => this.#stayAlone(),
    };
    if (!worker) this.#locks = new Locks(name, this.id, listener);
    else {
      const announce = (count: number) => this.#channels?.post([Kind.Common, this.id, 'worker', count]);
      this.#locks = new WorkerLocks(name, this.id, listener, this.#args.tabs, announce);
    }
  }

  /** Tells a worker's socket when no tab is left. */
  #checkIdle(): void {
    const { hub } = this.#args.tabs;
    if (!hub) return;
    setTimer(
      () => {
        if (!this.#ended && this.#core.leads() && !this.#locks?.watchesTabs) hub.onIdle();
      },
      Math.max(IDLE_MS, hub.linger),
    );
  }

  /** The browser has locks, and refuses them here. */
  #stayAlone(): void {
    this.#locks = undefined;
    this.#channels?.close();
    this.#channels = undefined;
    if (this.#args.tabs.otherwise === 'own') {
      this.#lock(Output.RequestLock);
      return;
    }
    this.#fail(domException('NotSupportedError', 'holdfast-ws/tabs: this page may not use navigator.locks.'));
  }

  /** This tab can't have a connection. */
  #fail(error: unknown): void {
    report(error);
    this.mirror.finish({ code: 1006 });
    this.leave();
  }

  #signal(signal: Signal): void {
    if (signal === Signal.Back) {
      this.#locks?.live();
      this.#channels?.open();
    }
    this.#run((core) => core.signal(now(), signal));
    if (signal !== Signal.Away && signal !== Signal.Unload) return;
    this.#channels?.close();
    this.#locks?.close();
  }

  #hear(frame: unknown[]): void {
    const [kind, , what] = frame;
    if (kind === Kind.Common) {
      if (what === 'reconnect') this.connection?.socket.reconnect();
      if (what === 'worker' && this.#locks instanceof WorkerLocks) this.#locks.follow(frame[3] as number);
    } else if (kind === Kind.Down && frame[4] === WELCOME && this.#locks instanceof WorkerLocks) this.#locks.watchHub();
    this.#run((core) => core.frame(now(), frame));
  }

  /** Calls the machine, carries out what it wants, and dispatches what it tells. What is to be done may call it again. */
  #run(call: (core: Machine) => void): void {
    if (this.#ended) return;
    const core = this.#core;
    call(core);
    if (this.#busy) return;
    this.#busy = true;
    try {
      for (let output = core.output(); output; output = core.output()) {
        const parts = output;
        guard(() => this.#execute(parts));
      }
    } finally {
      this.#busy = false;
    }
    for (let event = this.#next; event; event = this.#next) {
      const parts = event;
      this.#turns.take(() => this.#dispatch(parts));
    }
    if (!this.#ended) this.#deadline.set(core.due());
  }

  get #next(): unknown[] | undefined {
    return this.#ended ? undefined : this.#core.event();
  }

  #execute([kind, ...parts]: unknown[]): void {
    switch (kind) {
      case Output.Post:
        this.#channels?.post(parts[0] as unknown[]);
        break;
      case Output.OpenConnection:
        this.#connect(parts[0]);
        break;
      case Output.DropConnection:
      case Output.CloseConnection:
        this.connection?.close(parts[0] as Closing);
        this.connection = undefined;
        this.#locks?.unwatchAll();
        this.#channels?.leaveTabs();
        break;
      case Output.Hand:
        if (parts[2] || this.#admits(parts[0] as number, parts[1])) this.connection?.send(parts[1]);
        break;
      case Output.Cancel:
        this.connection?.cancel(parts[0] as number);
        break;
      case Output.Refuse:
        this.connection?.refuseCall(parts[0] as string);
        break;
      case Output.Watch:
        this.#locks?.watch(parts[0] as number);
        break;
      case Output.Unwatch:
        this.#locks?.unwatch(parts[0] as number);
        this.#channels?.leaveTab(parts[0] as number);
        this.#checkIdle();
        break;
      case Output.LookUp:
        this.#locks?.lookUp(parts[0] as number);
        break;
      case Output.ReadBuffered:
        this.#run((core) => core.buffered(now(), this.connection?.buffered ?? 0));
        break;
      case Output.ReadSendable:
        this.#run((core) => core.sendable(now(), !!this.connection?.sendable));
        break;
      default:
        this.#lock(kind as Output);
    }
  }

  #lock(output: Output): void {
    const locks = this.#locks;
    if (output === Output.ReleaseLock) locks?.release();
    else if (output === Output.QueryLock) {
      if (locks) locks.query();
      else setTimer(() => this.#run((core) => core.holder(now(), this.id, Date.now())), 0);
    } else if (locks) locks.request(output === Output.StealLock || this.#stealsFirst());
    else setTimer(() => this.#run((core) => core.granted(now(), 0)), 0);
  }

  /** True once in a worker that takes the place of one that hangs. */
  #stealsFirst(): boolean {
    const { hub } = this.#args.tabs;
    const steals = !!hub?.steals;
    if (hub) hub.steals = false;
    return steals;
  }

  #connect(token: unknown): void {
    this.connection?.close();
    this.connection = undefined;
    // The tab is about to leave.
    if (this.mirror.final) return;
    const connect = () => {
      this.connection = new Connection(this.#args, token, {
        state: (state) => this.#run((core) => core.state(now(), state)),
        ready: (ready) => this.#run((core) => core.ready(now(), ready)),
        message: (payload, bytes, token) => this.#run((core) => core.message(now(), payload, bytes, token)),
        call: (...call) => this.#run((core) => core.call(now(), ...call)),
        expectsReplies: () => !this.#ended && this.#core.expects_replies(),
        expects: (wire) => this.#core.expects(wire),
        reply: (wire, payload, ends) => this.#run((core) => core.reply(now(), wire, payload, ends)),
      });
    };
    try {
      inRootZone(connect);
    } catch (error) {
      // Some browsers refuse `ws:` in a page from `https:`.
      this.#fail(error);
    }
  }

  /** Returns false if it answers a call of the server that is another tab's, or answered. */
  #admits(tab: number, data: unknown): boolean {
    if (!this.#core.awaits_answers()) return true;
    const id = answeredCall(data);
    return id === undefined || this.#core.admits_answer(tab, id);
  }

  #dispatch([kind, ...parts]: unknown[]): void {
    switch (kind) {
      case Kinds.Role:
        this.mirror.tell('rolechange', { role: this.role });
        this.#checkIdle();
        break;
      case Kinds.Lost:
        this.mirror.lose();
        break;
      case Kinds.State:
        this.mirror.change(parts[0] as State, parts[1] as boolean);
        break;
      case Kinds.Message:
        this.mirror.receive(parts[0]);
        break;
      case Kinds.Gap:
        this.mirror.tell('gap', { uncertain: [] });
        break;
      case Kinds.Uncertain:
        this.mirror.tell('gap', { uncertain: parts[0] });
        break;
      case Kinds.Reply:
        this.mirror.receive(parts[1]);
        break;
      case Kinds.Ended:
        this.#end(parts[0] as Closing | undefined, parts[1] as unknown[]);
    }
  }

  leaveAtEnd(): void {
    // The others learn of it first.
    setTimer(() => this.leave(), this.connection ? FAREWELL_MS : 0);
  }

  /** The hub need not wait for replies to requests that the application no longer waits for: all but these. */
  abortAllBut(pending: ReadonlyMap<number, unknown>): void {
    const over = [...this.#pending].filter(([wire]) => !pending.has(wire));
    if (!over.length) return;
    for (const [wire] of over) this.#pending.delete(wire);
    this.#run((core) => {
      for (const [, request] of over) core.abort(now(), request);
    });
  }

  /** Requests are lost with the connection; the class sends those again that may be. */
  giveUp(): void {
    this.abortAllBut(NONE);
  }

  /** The tab has left: by the application's `close()`, or because another closed the connection for all. */
  #end(everyone: Closing | undefined, unsent: unknown[]): void {
    this.#ended = true;
    this.#page.end();
    this.#channels?.close();
    this.#locks?.close();
    if (everyone) this.mirror.finish(everyone);
    this.mirror.keepUnsent(unsent);
    this.mirror.close();
    this.#deadline.set(Number.NaN);
    this.#core.free();
  }
}
