export { DEMO_PASSWORD as PASSWORD } from '../../scripts/launch/welcome.ts';

/** The people in supabase/seeds/010_accounts.sql, by their role. One cast for all tests. */
export const CAST = {
  drobak: {
    resident: 'beboer1@drobakgata-1.example',
    /** Same flat as `resident`. */
    household: 'beboer2@drobakgata-1.example',
    /** Another flat. */
    neighbour: 'beboer3@drobakgata-1.example',
    consultant: 'konsulent@drobakgata-1.example',
  },
  stovner: {
    resident: 'beboer1@stovner-senter.example',
    household: 'beboer2@stovner-senter.example',
    neighbour: 'beboer3@stovner-senter.example',
    consultant: 'konsulent@stovner-senter.example',
    /** Hosts an activity, lives elsewhere. */
    partner: 'frivillig@stovner-senter.example',
  },
  /** Of the steering group of Drøbakgata 1: figures only. */
  observer: 'styringsgruppe@drobakgata-1.example',
  landlord: 'mottak@boligbygg.example',
  admin: 'admin@bomiljo.example',
} as const;

export type Email =
  | (typeof CAST)['drobak' | 'stovner'][keyof (typeof CAST)['drobak']]
  | (typeof CAST)['stovner']['partner']
  | (typeof CAST)['landlord' | 'admin' | 'observer'];
