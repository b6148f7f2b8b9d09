// A copy of the server's message worker: sends until nothing is left. argv: address, key, settings as JSON.
import { createClient } from '@supabase/supabase-js';
import './src-imports.ts';

const { sendMessages } = await import('../../src/domains/messages/send.server.ts');
const [url, key, settings] = process.argv.slice(2) as [string, string, string];
const service = createClient<never>(url, key, { auth: { persistSession: false } });
for (;;) {
  // One round is what the jobs do in a minute.
  const done = await sendMessages(service as never, JSON.parse(settings));
  console.log(JSON.stringify(done));
  if (done.delivered + done.undelivered === 0) break;
}
process.exit(0);
