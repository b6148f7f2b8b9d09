// A copy of the server, as far as messages go: sends until nothing is left. argv: address, key, settings as JSON.
import { createClient } from '@supabase/supabase-js';
import './src-imports.ts';

const { sendMessages } = await import('../../src/domains/messages/send.server.ts');
const [url, key, settings] = process.argv.slice(2) as [string, string, string];
const service = createClient<never>(url, key, { auth: { persistSession: false } });
for (;;) {
  // One is what a minute of the jobs does.
  const done = await sendMessages(service as never, JSON.parse(settings));
  console.log(JSON.stringify(done));
  if (done.delivered + done.undelivered === 0) break;
}
process.exit(0);
