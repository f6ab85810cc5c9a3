/** The faults as buttons that stay pressed while they strike; pointing at one says what it does. */
import { act } from './api.js';
import { byId, element, renewChildren, tell } from './show.js';
import { onNews, state } from './state.js';

const HINT = 'Point at a fault to read what it does.';

/** Keeps the panel up to date. */
export function startFaultPanel() {
  byId('fault-help').textContent = HINT;
  onNews((part) => {
    if (part !== 'faults') return;
    const groups = [...Map.groupBy(state.faults, ({ group }) => group)].map(([name, faults]) => ({ name, faults }));
    renewChildren(byId('fault-groups'), groups, ({ name }) => name, groupOf);
  });
}

function groupOf({ name, faults }) {
  return element(
    'section',
    { 'aria-label': name },
    element('h3', {}, name),
    element('div', {}, ...faults.map(buttonOf)),
  );
}

function buttonOf({ id, label, help, kind, state: standing }) {
  const isOn = standing !== 'off';
  const explain = () => {
    byId('fault-help').textContent = help;
  };
  const forget = () => {
    byId('fault-help').textContent = HINT;
  };
  const press = async () => {
    try {
      await act('fault', { id, on: !isOn });
    } catch (error) {
      tell(error.message);
    }
  };
  return element(
    'button',
    {
      type: 'button',
      class: 'fault',
      'data-focus': id,
      'data-fault': id,
      'data-standing': kind === 'once' && standing,
      'aria-pressed': kind !== 'act' && String(isOn),
      'aria-description': help,
      click: () => void press(),
      mouseenter: explain,
      mouseleave: forget,
      focus: explain,
      blur: forget,
    },
    label,
  );
}
