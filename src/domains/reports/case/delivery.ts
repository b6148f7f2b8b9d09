import type { Enums } from '~/lib/database.types.ts';

/** Whether the landlord has got a case: its list has every case at once, its own system when it has taken it. */
export interface Delivery {
  state: Enums<'delivery_state'>;
  since: Date;
  /** Tries that went wrong. */
  failures: number;
}
