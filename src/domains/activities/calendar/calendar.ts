import { z } from 'astro/zod';
import { osloClock, osloDay, osloInstant } from '~/lib/time.ts';

/** The content of a cell of the month. */
export interface Field {
  activityId: string;
  title: string;
  startsAt: Date;
  endsAt: Date;
  isCancelled: boolean;
}

/** The same as the browser draws it: clock times of Oslo, whatever the phone's own zone is. */
export interface DrawnField {
  title: string;
  start: string;
  end: string;
  url: string;
  isCancelled: boolean;
}

const mostDays = 100;

/** The days that a calendar asks for, `end` not included; null when they make no sense. */
export function readDays(search: URLSearchParams): { from: Date; to: Date } | null {
  const day = z.iso.date().refine((one) => one >= '2000-01-01' && one < '2100-01-01');
  const { data } = z.object({ start: day, end: day }).safeParse(Object.fromEntries(search));
  if (!data) return null;
  const days = (Date.parse(data.end) - Date.parse(data.start)) / 86_400_000;
  if (days < 1 || days > mostDays) return null;
  return { from: osloInstant(data.start, '00:00'), to: osloInstant(data.end, '00:00') };
}

/** Wall-clock time in Oslo. */
export const wallClock = (at: Date) => `${osloDay(at)}T${osloClock(at)}`;

export const draw = ({ activityId, startsAt, endsAt, ...field }: Field, home: string) =>
  ({
    ...field,
    start: wallClock(startsAt),
    end: wallClock(endsAt),
    url: `${home}/${activityId}`,
  }) satisfies DrawnField;
