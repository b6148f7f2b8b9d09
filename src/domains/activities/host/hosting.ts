import { isOver, type Happening } from '~/domains/activities/activities.ts';

/** Whether a host still has to do with it: it is to come, or its answer is to be read. */
export const isStillHosted = (activity: Happening, now: Date) =>
  activity.status === 'proposed' || activity.status === 'declined' || !isOver(activity, now);
