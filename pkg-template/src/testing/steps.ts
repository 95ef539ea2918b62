/** The steps of a world's machine: each is an event to dispatch, or a function of a timer's or a server's to call. */
import type { World as Machine } from 'holdfast:machine';
import type { NativeSocket } from './native-socket';
import { StepKind } from './numbers';
import { type PageEvents, pageEvent } from './page-events';
import type { Payloads } from './payloads';
import type { Connection, Server } from './server';
import type { Timers } from './timers';

/** The parts of a world that a step may be for. */
interface SteppingWorld {
  readonly _machine: Machine;
  readonly _payloads: Payloads;
  readonly _sockets: Map<number, NativeSocket>;
  readonly _connections: Map<number, Connection>;
  readonly _ticks: Map<number, () => void>;
  readonly _closeEvent: typeof CloseEvent;
  readonly _stamp: (event: Event) => Event;
  readonly _alsoDispatch: (type: string, persisted: boolean) => void;
  readonly _timers: Timers;
  readonly _events: PageEvents;
  readonly servers: readonly Server[];
}

/** An event of the world: the numbers and the text that belong to a kind are those of `bindings-testing/src/step.rs`. */
interface Step {
  kind: StepKind;
  subject: number;
  number: number;
  text: string;
  flag: boolean;
}

export function carryOut(world: SteppingWorld, { kind, subject, number, text, flag }: Step): void {
  const { _sockets: sockets, _connections: connections, _ticks: ticks } = world;
  const socket = sockets.get(subject);
  const serverOf = (id: number): Server | undefined => world.servers[world._machine.server_of(id)];
  switch (kind) {
    case StepKind.Open:
      socket?.dispatch(new Event('open'));
      break;
    case StepKind.Message:
      socket?.message(text, number);
      break;
    case StepKind.Error:
      socket?.dispatch(new Event('error'));
      break;
    case StepKind.Close:
      sockets.delete(subject);
      socket?.dispatch(new world._closeEvent('close', { code: number, reason: text, wasClean: flag }));
      break;
    case StepKind.Timer:
      world._timers.ring(subject);
      break;
    case StepKind.Page:
      world._events.dispatch(world._stamp(pageEvent(text, flag)));
      world._alsoDispatch(text, flag);
      break;
    case StepKind.Request:
      serverOf(subject)?._asked(subject);
      break;
    case StepKind.Received: {
      const data = number ? new Uint8Array(world._payloads.bytes(number)) : text;
      serverOf(subject)?.received.push(data);
      connections.get(subject)?._tell('message', data);
      break;
    }
    case StepKind.Tick: {
      const tick = ticks.get(subject);
      ticks.delete(subject);
      tick?.();
      break;
    }
    case StepKind.Left: {
      const connection = connections.get(subject);
      connections.delete(subject);
      connection?._tell('close', { code: number, reason: text, wasClean: flag });
    }
  }
}
