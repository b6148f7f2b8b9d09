import { expect, type Locator, type Page } from '@playwright/test';

/**
 * What a task costs on a phone, after the keystroke-level model (Card, Moran and Newell 1980: to point 1.1 s, to press a key
 * 0.28 s). The times are rounded up, and our own where that model has none: a tap 1.5 s, a typed sign 0.3 s, a swipe of most of
 * a screen 0.7 s, a page that comes 1 s. Choosing in a list of the phone is two taps, open and choose. How long a page takes to
 * come is not measured: the machine that tests is not a phone. Thinking of what to write is not counted.
 */
const seconds = { tap: 1.5, sign: 0.3, swipe: 0.7, page: 1 };

export interface Cost {
  taps: number;
  signs: number;
  swipes: number;
  pages: number;
}

/** Somebody with one thumb on this page. Counts everything they do. */
export function thumb(page: Page) {
  const cost: Cost = { taps: 0, signs: 0, swipes: 0, pages: 0 };
  page.on('framenavigated', (frame) => {
    if (frame === page.mainFrame()) cost.pages++;
  });

  /** Swipes until it stands where the thumb can hit it, clear of the bar at the bottom. */
  async function reach(target: Locator) {
    const box = (await target.boundingBox())!;
    const { height } = page.viewportSize()!;
    const room = height - 70; // px; the bar at the bottom
    const away = box.y < 0 ? -box.y : Math.max(0, box.y + box.height - room);
    cost.swipes += Math.ceil(away / (height * 0.7));
    await target.scrollIntoViewIfNeeded();
  }
  async function tap(target: Locator) {
    await reach(target);
    cost.taps++;
    await target.tap();
  }
  return {
    tap,
    /** A field: a tap to stand in it, then a sign at a time. A day is typed as eight figures, a clock as four. */
    write: async (field: Locator, text: string) => {
      await tap(field);
      await field.fill(text);
      cost.signs += text.replace(/(?<=\d)[-:](?=\d)/g, '').length;
    },
    choose: async (list: Locator, option: string) => {
      await reach(list);
      cost.taps += 2;
      await list.selectOption({ label: option });
    },
    /** The cost is within the budget, and the task takes less than a minute. */
    within: (budget: Omit<Cost, 'signs'>) => {
      const { taps, swipes, pages } = cost;
      for (const [what, most] of Object.entries(budget))
        expect(cost[what as keyof Cost], `${what} of ${JSON.stringify(cost)}`).toBeLessThanOrEqual(
          most,
        );
      const time =
        taps * seconds.tap +
        cost.signs * seconds.sign +
        swipes * seconds.swipe +
        pages * seconds.page;
      console.log(`${JSON.stringify(cost)}: ${time.toFixed(0)} s`);
      expect(time, 'seconds').toBeLessThan(60);
    },
  };
}
