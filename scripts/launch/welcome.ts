const BUILDINGS = ['drobakgata-1.example', 'stovner-senter.example'];

/** The cast of supabase/seeds. */
export const DEMO_PASSWORD = 'bomiljo-demo';

export function welcome(address: string, embedded: boolean): string {
  const lines = ['', `  Bomiljø is running on ${address}`, ''];
  if (embedded)
    lines.push(
      `  Demo accounts, password ${DEMO_PASSWORD} for all:`,
      ...BUILDINGS.flatMap((building) => [
        `    beboer1@ beboer2@ beboer3@ konsulent@ ... ${building}`,
      ]),
      '    frivillig@stovner-senter.example   mottak@boligbygg.example   admin@bomiljo.example',
      '',
    );
  return lines.join('\n');
}
