/** Starts the page: every part listens first, then the state is loaded and the server's news are followed. */
import { act } from './api.js';
import { startCalendarBar } from './calendar-bar.js';
import { startCalendarView } from './calendar-view.js';
import { startConferenceList } from './conference-list.js';
import { startDeliveries } from './deliveries.js';
import { ask } from './dialogs.js';
import { startFaultPanel } from './fault-panel.js';
import { startReceiver } from './receiver.js';
import { byId, tell } from './show.js';
import { follow } from './state.js';
import { startTimeline } from './timeline.js';
import { startTrouble } from './trouble.js';
import { connectionWord } from './words.js';

startCalendarBar();
startCalendarView();
startConferenceList();
startDeliveries();
startReceiver();
startTimeline();
startFaultPanel();
startTrouble();

byId('reset').addEventListener('click', () => void reset());

function showConnection(isLive) {
  const shown = byId('connection');
  shown.textContent = isLive ? 'live' : 'connection lost';
  shown.classList.toggle('live', isLive);
}

async function reset() {
  if ((await ask('reset-dialog')) !== 'reset') return;
  try {
    await act('reset');
  } catch (error) {
    tell(error.message);
  }
}

/** Whoever comes back from Google's page is told how it went, once. */
function showReturn() {
  const word = new URLSearchParams(location.search).get('connection');
  if (word === null) return;
  history.replaceState(null, '', location.pathname);
  tell(connectionWord(word));
}

try {
  showReturn();
  await follow(showConnection);
} catch (error) {
  showConnection(false);
  tell(`${error.message} Reload the page once it runs again.`);
}
