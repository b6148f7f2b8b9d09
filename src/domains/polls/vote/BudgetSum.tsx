import { createSignal, onCleanup, onMount, Show } from 'solid-js';

interface Props {
  /** Kroner there are to share. */
  budget: number;
  /** As `Intl` takes it. */
  tag: string;
  texts: Record<'chosen' | 'left' | 'over', string>;
}

/** The sum of the ticked costs, while ticking. Without script the server adds up and refuses too much. */
export default function BudgetSum(props: Props) {
  const [spent, setSpent] = createSignal<number | null>(null);
  let place!: HTMLDivElement;
  onMount(() => {
    const boxes = place.closest('fieldset')!;
    const add = () =>
      setSpent(
        [...boxes.querySelectorAll<HTMLInputElement>('input:checked')].reduce(
          (sum, { dataset }) => sum + Number(dataset['cost']),
          0,
        ),
      );
    add();
    boxes.addEventListener('change', add);
    onCleanup(() => boxes.removeEventListener('change', add));
  });
  const numbers = new Intl.NumberFormat(props.tag);
  const kroner = (amount: number) => <bdi>{`${numbers.format(amount)} kr`}</bdi>;
  const left = () => props.budget - (spent() ?? 0);
  return (
    <div ref={place} role="status">
      <Show when={spent() !== null}>
        <p class="row mt-2 justify-between">
          <span>
            {props.texts.chosen} {kroner(spent()!)}
          </span>
          <b classList={{ 'text-clay': left() < 0 }}>
            {left() < 0 ? props.texts.over : props.texts.left} {kroner(Math.abs(left()))}
          </b>
        </p>
      </Show>
    </div>
  );
}
