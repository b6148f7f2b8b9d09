import { isOver, type Happening } from '~/domains/activities/activities.ts';

/** Whether it still concerns its host: it is upcoming, or the host has an answer to read. */
export const isStillHosted = (activity: Happening, now: Date) =>
  activity.status === 'proposed' || activity.status === 'declined' || !isOver(activity, now);
