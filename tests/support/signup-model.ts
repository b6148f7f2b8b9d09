/**
 * The rules of sign-up a second time, written from the requirements and not from the SQL: what the database must answer after
 * any sequence of steps. Slow and simple on purpose.
 */

export type When = 'far' | 'near' | 'begun';
type Live = 'signed_up' | 'offered' | 'waitlisted';
export interface Row {
  who: number | null;
  party: number;
  status: Live | 'cancelled' | 'declined' | 'lapsed';
  steps: number;
  told: string[];
  /** The offer has expired, and no job has seen it yet. */
  isOut?: boolean;
}

export const MAX_PARTY = 5;
const isLive = ({ status }: Row) => ['signed_up', 'offered', 'waitlisted'].includes(status);

export class Model {
  rows: Row[] = [];
  when: When = 'far';
  places: number;

  constructor(places: number) {
    this.places = places;
  }

  taken() {
    return this.rows
      .filter(({ status }) => status === 'signed_up' || status === 'offered')
      .reduce((sum, { party }) => sum + party, 0);
  }
  free() {
    return this.places - this.taken();
  }
  live(who: number) {
    return this.rows.find((row) => row.who === who && isLive(row));
  }

  signUp(who: number, party: number): string {
    this.settle();
    if (this.live(who)) return 'already_signed_up';
    if (this.when === 'begun') return 'closed';
    if (party < 1 || party > MAX_PARTY || party > this.places) return 'party_too_big';
    return this.arrive(who, party);
  }
  signUpStranger(party: number): string {
    this.settle();
    if (party < 1 || party > this.places) return 'party_too_big';
    return this.arrive(null, party);
  }
  leave(who: number): string {
    this.settle();
    const row = this.live(who);
    if (!row) return 'not_signed_up';
    this.become(row, row.status === 'offered' ? 'declined' : 'cancelled');
    this.fill(false);
    return 'cancelled';
  }
  end(row: Row | undefined): string {
    if (!row) return 'not_found';
    this.settle();
    if (!isLive(row)) return 'not_signed_up';
    this.become(row, 'cancelled');
    this.fill(false);
    return 'cancelled';
  }
  moveOut(who: number) {
    const row = this.live(who);
    if (!row) return;
    this.settle();
    if (!isLive(row)) return;
    this.become(row, 'cancelled');
    this.fill(false);
  }
  accept(who: number): string {
    this.settle();
    const row = this.rows.findLast((one) => one.who === who);
    if (row?.status === 'offered') this.become(row, 'signed_up');
    if (row?.status === 'signed_up') return 'accepted';
    return row?.status === 'lapsed' ? 'lapsed' : 'not_offered';
  }
  runOut() {
    for (const row of this.rows) if (row.status === 'offered') row.isOut = true;
  }
  runJobs() {
    if (this.rows.some((row) => row.status === 'offered' && row.isOut)) this.settle();
  }
  setPlaces(places: number) {
    const isMore = places > this.places;
    this.places = places;
    if (!isMore) return;
    this.settle(true);
    this.fill(true);
  }
  setDate(when: When) {
    this.when = when;
    if (this.free() <= 0 || !this.rows.some(({ status }) => status === 'waitlisted')) return;
    this.settle();
    this.fill(false);
  }

  private become(row: Row, status: Row['status']) {
    row.status = status;
    row.steps++;
  }
  private arrive(who: number | null, party: number): string {
    const status = party <= this.free() ? 'signed_up' : 'waitlisted';
    this.rows.push({ who, party, status, steps: 1, told: [] });
    return status;
  }
  /** Expired offers are over, and all offers once the last date has begun. */
  private settle(isMorePlaces = false) {
    const out = this.rows.filter(
      (row) => row.status === 'offered' && (row.isOut || this.when === 'begun'),
    );
    for (const row of out) this.become(row, 'lapsed');
    if (out.length) this.fill(isMorePlaces);
  }
  /** In order of arrival: a party that fits is called in, one that does not is passed over. */
  private fill(isMorePlaces: boolean) {
    if (this.when === 'begun') return;
    for (const row of this.rows) {
      if (row.status !== 'waitlisted' || row.party > this.free()) continue;
      const atOnce = isMorePlaces || this.when === 'far';
      this.become(row, atOnce ? 'signed_up' : 'offered');
      if (row.who !== null) row.told.push(atOnce ? 'place_won' : 'place_offered');
    }
  }
}
