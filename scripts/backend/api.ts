import type { Instance } from './config.ts';
import { startGateway } from './gateway.ts';
import { openLite, type LiteOptions, type Mail } from './lite.ts';
import { keepMail, smtpMail } from './mail.ts';
import { startRest, type Rest } from './postgrest.ts';

export type Api = {
  url: string;
  port: number;
  mails: Mail[];
  rest: Rest;
  stop: () => Promise<void>;
};

/** PostgREST, Auth, Storage and the gateway on one database. `port` 0 takes any free one. */
export async function startApi(
  instance: Instance,
  database: string,
  port: number,
  options: LiteOptions & { pool?: number },
): Promise<Api> {
  const mails: Mail[] = [];
  const outside = options.mailer ?? (await smtpMail());
  const [rest, lite] = await Promise.all([
    startRest(instance, database, options.pool),
    openLite(instance, database, options, outside ?? keepMail(mails, options.onMail)),
  ]);
  const stopServices = async () => {
    await rest.stop();
    await lite.close();
  };
  const up = { restUrl: rest.url, services: lite.handler, mails: outside ? undefined : mails };
  const gateway = await startGateway(instance.config, up, port).catch(async (error: unknown) => {
    await stopServices();
    throw error;
  });
  return {
    url: `http://127.0.0.1:${gateway.port}`,
    port: gateway.port,
    mails,
    rest,
    stop: async () => {
      await gateway.stop();
      await stopServices();
    },
  };
}
