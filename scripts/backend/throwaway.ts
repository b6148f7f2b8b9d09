import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** An empty data folder under the system's temporary one; open to walk through, as PostgreSQL needs it. */
export function throwawayFolder(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bomiljo-'));
  fs.chmodSync(folder, 0o711);
  return folder;
}
