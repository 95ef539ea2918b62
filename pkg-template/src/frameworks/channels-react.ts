/** `holdfast-ws/channels/react`: hooks for channels. The types are written by hand, in `channels-react.d.ts`. */
import { useEffect, useRef, useState } from 'react';
import { type Bus, CHANGES, type Channel } from './channel-types';

type Reducer = (state: unknown, message: unknown) => unknown;

export function useChannel(
  bus: Bus | null | undefined,
  name: string,
  reducer: Reducer,
  initial: unknown,
  options?: object,
): [unknown, Channel | null] {
  const [state, setState] = useState(() => initial);
  const [channel, setChannel] = useState<Channel | null>(null);
  // The first ones are kept, as `useState` and the channel do with theirs; only the reducer is always the last one.
  const first = useRef({ initial, options, name });
  const latest = useRef(reducer);
  latest.current = reducer;
  useEffect(() => {
    if (!bus) return;
    const used = bus.channel(name, first.current.options);
    if (first.current.name !== name) setState(() => first.current.initial);
    first.current.name = name;
    used.on('state', ({ state }: { state: unknown }) => setState(() => state));
    used.on('message', (message) => setState((before: unknown) => latest.current(before, message)));
    setChannel(used);
    return () => {
      setChannel(null);
      used.leave();
    };
  }, [bus, name]);
  return [state, channel];
}

const NOBODY: readonly unknown[] = [];

export function usePresence(bus: Bus | null | undefined, name: string, presence?: object): readonly unknown[] {
  const [members, setMembers] = useState(NOBODY);
  const first = useRef(presence);
  useEffect(() => {
    if (!bus) return;
    const used = bus.channel(name, first.current && { presence: first.current });
    const update = () => setMembers(used.members);
    for (const type of CHANGES) used.on(type, update);
    update();
    return () => {
      used.leave();
      setMembers(NOBODY);
    };
  }, [bus, name]);
  return members;
}
