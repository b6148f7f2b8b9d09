import type { APIRoute } from 'astro';
import { whyWords } from '~/domains/moderation/audit-details.ts';
import { actWords } from '~/domains/moderation/audit.ts';
import { listActsAboutMe, wordActs } from '~/domains/moderation/audit.server.ts';
import { reasonText } from '~/domains/moderation/reason.ts';
import { findMyData } from '~/domains/residents/own-data/own-data.server.ts';
import { isReason } from '~/domains/residents/own-data/own-data.ts';

/** Everything kept about me, as a file. */
export const GET: APIRoute = async ({ locals: { db, t, locale } }) => {
  const [data, acts] = await Promise.all([findMyData(db), listActsAboutMe(db)]);
  if (!data) return new Response(null, { status: 404 });
  const staff_acts = await wordActs(db, data['staff_acts'], t, locale);
  const acts_about_me = acts.map((one) => ({
    at: one.at,
    blockId: one.blockId,
    role: one.role,
    act: actWords(one, t),
    subjectId: one.subjectId,
    subject: one.subject,
    reason: whyWords(one, { t, locale, nameOf: () => one.other }),
  }));
  const inWords = (field: string, value: unknown) =>
    isReason(field) && typeof value === 'string' ? reasonText(value, t) : value;
  return new Response(JSON.stringify({ ...data, staff_acts, acts_about_me }, inWords, 2), {
    headers: {
      'content-type': 'application/json; charset=utf-8',
      'content-disposition': 'attachment; filename="mine-data.json"',
      'cache-control': 'no-store',
    },
  });
};
