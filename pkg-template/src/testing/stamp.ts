/** `timeStamp` of the events of a world. */

/** Gives events the time of a world's clock. By their prototype, because `timeStamp` is no property of their own. */
export function stamper(now: () => number): (event: Event) => Event {
  const times = new WeakMap<object, number>();
  const prototypes = new Map<object, object>();
  const stamped = (kind: object) => {
    const made = Object.create(kind, {
      timeStamp: {
        get() {
          return times.get(this) ?? Reflect.get(kind, 'timeStamp', this);
        },
        enumerable: true,
        configurable: true,
      },
    });
    prototypes.set(kind, made);
    return made;
  };
  return (event) => {
    const kind = Object.getPrototypeOf(event);
    times.set(event, now());
    return Object.setPrototypeOf(event, prototypes.get(kind) ?? stamped(kind));
  };
}

/** A class of events that have the time of a world's clock. */
export const stampedClass = (kind: unknown, stamp: (event: Event) => Event): unknown =>
  new Proxy(kind as typeof Event, { construct: (target, given) => stamp(Reflect.construct(target, given)) });
