/** The messages of tabs to each other about the box that they share. */
import { Delivery, DeliveryError } from './delivery';
import type { Shift } from './store';

interface Failure {
  /** None if it is no error of the outbox: the message can't be encoded. */
  readonly reason: DeliveryError['reason'] | undefined;
  readonly message: string;
  readonly detail: unknown;
}

/** The outcome of a message, for the tab that has delivered it. */
export type Outcome = { readonly ok: unknown } | Failure;

/** A message between tabs. */
export interface Said {
  readonly box: string;
  /** Something new is stored. */
  readonly isNew?: boolean;
  /** Another tab owns it. */
  readonly isOwned?: boolean;
  /** Of these it is to be said what became of them. */
  readonly asked?: number[];
  readonly cancelled?: number[];
  readonly sent?: number[];
  readonly ended?: [n: number, outcome: Outcome][];
  /** Messages have other numbers. */
  readonly shifts?: readonly Shift[];
}

/** A message of another tab, in the one that owns the box. */
export class Foreign extends Delivery {
  onSend: (() => void) | undefined;

  override _send(): void {
    super._send();
    this.onSend?.();
  }

  onEnd(tell: (outcome: Outcome) => void): void {
    this.then(
      (ok) => tell({ ok }),
      ({ reason, message, detail }: DeliveryError) => tell({ reason, message, detail }),
    );
  }
}

export const errorOf = ({ reason, message, detail }: Failure): Error =>
  reason ? new DeliveryError(reason, message, detail) : Error(message);
