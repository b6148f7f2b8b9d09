import type { APIRoute } from 'astro';
import { storePhoto } from '~/domains/reports/photos.server.ts';
import { numbers } from '~/lib/numbers.ts';

/** Room for one picture and the form around it; a larger body is not read at all. */
const most = (numbers.photo_megabytes + 1) * 1024 * 1024; // bytes

/** Takes one picture while the rest is being typed: 201 with its id, or 422 with why it cannot be used. */
export const POST: APIRoute = async ({ request, locals: { db, person, t } }) => {
  const refuse = (problem: 'too_big' | 'not_a_picture', name: string) =>
    Response.json({ problem: t(`reports.photo.${problem}`, { name }) }, { status: 422 });
  if (Number(request.headers.get('content-length')) > most) return refuse('too_big', '');
  const file = (await request.formData().catch(() => null))?.get('photos');
  if (!person || !(file instanceof File)) return new Response(null, { status: 400 });
  const result = await storePhoto(db, person.id, file);
  if ('photo' in result) return Response.json(result, { status: 201 });
  const problem = t(`reports.photo.${result.problem}`, { name: file.name.slice(0, 80) });
  // Storage may work the next time; the file will not change.
  return Response.json({ problem }, { status: result.problem === 'not_stored' ? 503 : 422 });
};
