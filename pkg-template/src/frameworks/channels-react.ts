/** `holdfast-ws/channels/react`: hooks for channels. The types are written by hand, in `channels-react.d.ts`. */
import { useEffect, useRef, useState } from 'react';
import { type Bus, CHANGES, type Channel } from './channel-types';

type Reducer = (state: unknown, message: unknown) => unknown;

/** A value, and the channel that it belongs to. */
interface Held<Value> {
  bus: Bus | null | undefined;
  name: string;
  value: Value;
}

/**
 * Returns the value of a channel while it is used, and `initial` in its place as soon as there is another channel. `use` is called in an
 * effect with a function that changes the value, and returns the channel. The value stays when the same channel is used again.
 */
function useHeld<Value>(
  bus: Bus | null | undefined,
  name: string,
  initial: Value,
  use: (bus: Bus, change: (to: (value: Value) => Value) => void) => Channel,
  leave: (value: Value) => Value,
  key?: string,
): Value {
  const fresh = { bus, name, value: initial };
  const [held, setHeld] = useState<Held<Value>>(fresh);
  const adopt = (before: Held<Value>) => (before.bus === bus && before.name === name ? before : fresh);
  useEffect(() => {
    if (!bus) return setHeld(adopt);
    let isLeft = false;
    const change = (to: (value: Value) => Value) => {
      if (!isLeft) setHeld((before) => ({ bus, name, value: to(adopt(before).value) }));
    };
    const channel = use(bus, change);
    return () => {
      channel.leave();
      change(leave);
      isLeft = true;
    };
  }, [bus, name, key]);
  return adopt(held).value;
}

export function useChannel(
  bus: Bus | null | undefined,
  name: string,
  reducer: Reducer,
  initial: unknown,
  options?: object,
): [unknown, Channel | null] {
  // The first ones are kept, as `useState` and the channel do with theirs; only the reducer is always the last one.
  const first = useRef({ initial: [initial, null] as [unknown, Channel | null], options });
  const latest = useRef(reducer);
  latest.current = reducer;
  return useHeld(
    bus,
    name,
    first.current.initial,
    (bus, change) => {
      const channel = bus.channel(name, first.current.options);
      channel.on('state', (event: { state: unknown }) => change(([, used]) => [event.state, used]));
      channel.on('message', (message) => change(([state, used]) => [latest.current(state, message), used]));
      change(([state]) => [state, channel]);
      return channel;
    },
    ([state]) => [state, null],
  );
}

const NOBODY: readonly unknown[] = [];

export function usePresence(bus: Bus | null | undefined, name: string, presence?: object): readonly unknown[] {
  return useHeld(
    bus,
    name,
    NOBODY,
    (bus, change) => {
      const channel = bus.channel(name, presence && { presence });
      const update = () => change(() => channel.members);
      for (const type of CHANGES) channel.on(type, update);
      update();
      return channel;
    },
    () => NOBODY,
    JSON.stringify(presence),
  );
}
