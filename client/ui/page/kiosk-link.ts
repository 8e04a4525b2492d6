/** The page's only wire: events from the kiosk's process, touches back to it. */
import type {
  DialogueView,
  KioskAction,
  KioskView,
  ServiceView,
} from '#client/content/kiosk-view.ts';

/** Lines of the dialogue that the page keeps. */
const DIALOGUE_LINES_MAX = 200;

export const send = (action: KioskAction): void => {
  fetch('/actions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(action),
  }).catch(() => undefined);
};

/** Calls `onView` for each new state, `onLost` while the process is away; the browser connects again by itself. */
export const watchShop = (
  onView: (view: KioskView) => void,
  onLost: (lost: boolean) => void,
): void => {
  const events = new EventSource('/events');
  events.addEventListener('view', (event) => {
    onView(JSON.parse(event.data) as KioskView);
  });
  events.addEventListener('open', () => onLost(false));
  events.addEventListener('error', () => onLost(true));
};

export interface ServiceState {
  readonly view: ServiceView | undefined;
  readonly dialogue: readonly DialogueView[];
}

/** Until the function returned is called. */
export const watchService = (onState: (state: ServiceState) => void): (() => void) => {
  let state: ServiceState = { view: undefined, dialogue: [] };
  const events = new EventSource('/service/events');
  const become = (change: Partial<ServiceState>): void => {
    state = { ...state, ...change };
    onState(state);
  };
  events.addEventListener('open', () => become({ dialogue: [] }));
  events.addEventListener('service', (event) => {
    become({ view: JSON.parse(event.data) as ServiceView });
  });
  events.addEventListener('dialogue', (event) => {
    const line = JSON.parse(event.data) as DialogueView;
    become({ dialogue: [...state.dialogue, line].slice(-DIALOGUE_LINES_MAX) });
  });
  return () => events.close();
};
