import { createSignal, For, onCleanup, onMount, Show } from 'solid-js';

interface Props {
  canTick: boolean;
  texts: { title: string; all: string; off: string; close: string; keys: [string, string][] };
}

const store = 'queue-keys-off';
const links = () => [...document.querySelectorAll<HTMLAnchorElement>('[data-row] .case a')];
const boxes = () => [...document.querySelectorAll<HTMLInputElement>('input[name="reportIds"]')];

/** Shortcuts of the queue on a desktop, with their help, and "tick all". They can be switched off (WCAG 2.1.4). */
export default function QueueKeys(props: Props) {
  const [isOff, setOff] = createSignal(false);
  // Nothing is printed on the server: without script, or on a phone, these buttons would do nothing.
  const [isReady, setReady] = createSignal(false);
  let help!: HTMLDialogElement;

  const move = (by: number) => {
    const all = links();
    const at = all.findIndex((link) => link.closest('tr')!.contains(document.activeElement));
    const to = at < 0 ? (by > 0 ? 0 : all.length - 1) : at + by;
    all[Math.max(0, Math.min(all.length - 1, to))]?.focus();
  };
  const row = () => document.activeElement?.closest('[data-row]');
  const doings: Record<string, () => void> = {
    j: () => move(1),
    k: () => move(-1),
    o: () => row()?.querySelector<HTMLAnchorElement>('.case a')?.click(),
    x: () => row()?.querySelector<HTMLInputElement>('input')?.click(),
    '/': () => {
      const form = document.getElementById('filter')!;
      form.closest('details')!.open = true;
      form.querySelector('select')!.focus();
    },
    '?': () => help.showModal(),
  };
  const onKey = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const isTyping = target.matches('input:not([type=checkbox]), textarea, select');
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (isOff()) return;
    const doing = doings[event.key];
    if (!doing) return;
    event.preventDefault();
    doing();
  };
  onMount(() => {
    setReady(true);
    setOff(localStorage.getItem(store) === '1');
    document.addEventListener('keydown', onKey);
    onCleanup(() => document.removeEventListener('keydown', onKey));
  });
  const turn = (off: boolean) => {
    setOff(off);
    localStorage.setItem(store, off ? '1' : '0');
  };
  const tickAll = () => {
    const all = boxes();
    const isTicked = !all.every((box) => box.checked);
    for (const box of all) box.checked = isTicked;
  };

  return (
    <Show when={isReady()}>
      <Show when={props.canTick}>
        <button type="button" class="button button-quiet" onClick={tickAll}>
          {props.texts.all}
        </button>
      </Show>
      <button type="button" class="button button-quiet" onClick={() => help.showModal()}>
        {props.texts.title}
      </button>
      <dialog
        ref={help}
        class="m-auto rounded-md border border-line bg-card p-6 text-ink"
        aria-label={props.texts.title}
      >
        <dl class="grid grid-cols-[auto_1fr] gap-x-6 gap-y-2">
          <For each={props.texts.keys}>
            {([key, what]) => (
              <>
                <dt class="font-mono">{key}</dt>
                <dd>{what}</dd>
              </>
            )}
          </For>
        </dl>
        <label class="row my-4">
          <input
            type="checkbox"
            checked={isOff()}
            onChange={(event) => turn(event.currentTarget.checked)}
          />
          {props.texts.off}
        </label>
        <button type="button" class="button button-secondary" onClick={() => help.close()}>
          {props.texts.close}
        </button>
      </dialog>
    </Show>
  );
}
