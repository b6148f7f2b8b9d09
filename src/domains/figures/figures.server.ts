import { rows, type Db } from '~/lib/supabase.ts';
import type { MonthFigures } from './figures.ts';

/**
 * The figures of a building by month, oldest first: of `month` (`YYYY-MM`; the last one counted when empty), the twelve before
 * it and those since. Empty for whom they are not for. What is hidden is hidden by the database.
 */
export async function listFigures(
  db: Db,
  blockId: string,
  month?: string,
): Promise<MonthFigures[]> {
  const answer = await db.rpc('figures', {
    block_id: blockId,
    ...(month ? { month: `${month}-01` } : {}),
  });
  const months = new Map<string, MonthFigures>();
  for (const { month: day, metric, thing, value, is_hidden } of rows(answer)) {
    const name = day.slice(0, 7);
    const one = months.get(name) ?? {
      month: name,
      figures: {},
      things: { new_cases: {}, fixed_cases: {} },
    };
    months.set(name, one);
    // The generated types do not know that a thing may be null.
    if (!(thing as string | null)) one.figures[metric] = is_hidden ? 'few' : value;
    else if (metric === 'new_cases' || metric === 'fixed_cases') one.things[metric][thing] = value;
  }
  return [...months.values()];
}

/** Jobs of figures, run as the server itself: counts months that are over, and rewrites the pulse's rows each night. */
export async function runFigureJobs(service: Db) {
  return rows(await service.rpc('run_figure_jobs')) as Record<string, number | boolean>;
}
