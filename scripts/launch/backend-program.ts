import type { ChildProcess } from 'node:child_process';
import type { Settings } from './settings.ts';
import type { Program } from './kept-program.ts';

type Address = NonNullable<Settings['supabase']>;
/** Messages from the process of the embedded backend to its supervisor. */
export type BackendMessage = { ready: Address } | { failed: string };

type Options = Pick<Program, 'env' | 'log'> & {
  /** Whether the database follows supabase/schemas while it runs, for `npm run dev`. */
  followsSchemas: boolean;
  /** Its address, at each start. It keeps its port and keys, unless another program took the port. */
  onReady: (address: Address) => void;
};

const FINISH_WITHIN = 30_000; // ms; PostgreSQL may take 15 s to write what it has

/** PostgreSQL, PostgREST, Auth, Storage and the gateway, in a process of their own: when something dies there, its supervisor survives. */
export const backendProgram = ({ followsSchemas, onReady, ...options }: Options): Program => ({
  name: 'The backend',
  args: ['scripts/launch/backend.ts', ...(followsSchemas ? ['--follow-schemas'] : [])],
  ready: async (child) => onReady(await addressFrom(child)),
  answersPings: true,
  askToEnd: (child) => void child.send('stop', () => {}),
  endsWithin: FINISH_WITHIN,
  ...options,
});

/** Rejects with the sentence that explains why the backend does not start. A start takes as long as its migrations. */
function addressFrom(child: ChildProcess): Promise<Address> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: BackendMessage | 'pong') => {
      if (message === 'pong') return;
      if ('ready' in message) resolve(message.ready);
      else reject(new Error(message.failed));
    });
  });
}
