import { createSignal, onMount, Show } from 'solid-js';

interface Props {
  /** The form that keeps what the browser answers; filled here, sent as any other form. */
  formId: string;
  publicKey: string;
  words: { on: string; refused: string; unsupported: string; failed: string };
}

/** Asks the browser whether push messages may come. Without script, or where it cannot, the page says so and nothing else is lost. */
export default function PushSwitch(props: Props) {
  const [state, setState] = createSignal<'on' | 'refused' | 'unsupported' | 'failed'>();
  onMount(() => setState('PushManager' in window ? 'on' : 'unsupported'));
  const ask = async () => {
    if ((await Notification.requestPermission()) !== 'granted') {
      setState('refused');
      return;
    }
    const worker = await navigator.serviceWorker.register('/varsel-sw.js');
    await navigator.serviceWorker.ready;
    const options = { userVisibleOnly: true, applicationServerKey: props.publicKey };
    const { endpoint, keys } = (await worker.pushManager.subscribe(options)).toJSON();
    const form = document.getElementById(props.formId) as HTMLFormElement;
    const answer = { endpoint, publicKey: keys?.['p256dh'], authKey: keys?.['auth'] };
    for (const [name, value] of Object.entries(answer))
      (form.elements.namedItem(name) as HTMLInputElement).value = value ?? '';
    form.submit();
  };
  return (
    <>
      <Show when={state() === 'on' || state() === 'failed'}>
        <button
          type="button"
          class="button button-secondary"
          onClick={() => void ask().catch(() => setState('failed'))}
        >
          {props.words.on}
        </button>
      </Show>
      <Show when={state() && state() !== 'on'}>
        <p role="status">{props.words[state()!]}</p>
      </Show>
    </>
  );
}
