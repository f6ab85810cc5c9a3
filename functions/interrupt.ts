/**
 * Ports that let go when the process goes down: a sleep ends at once, and from the cut-off on nothing is waited for that others take
 * their time with. The use cases see what they would see anyway, a failed call, and leave everything so that another can go on.
 */
import type { Outcome } from '../shared/domain/delivery/change.ts';
import { GoogleUnavailable } from '../shared/domain/errors.ts';
import type { Clock, ConferenceBackend, GoogleCalendar } from '../shared/domain/ports.ts';
import type { ShutdownSignal } from './drain.ts';

const GIVEN_UP: Outcome = { kind: 'transient', reason: 'given up: the process was going down' };

/** The clock, whose sleeps end when the process begins to go down. */
export function interruptClock(clock: Clock, shutdown: ShutdownSignal): Clock {
  return {
    now: () => clock.now(),
    sleep: (ms) =>
      until(
        clock.sleep(ms),
        (cut) => shutdown.onStopping(cut),
        () => undefined,
      ),
  };
}

/** The conference system. A change that was given up may have arrived; it is sent again under the same revision. */
export function interruptConferences(conferences: ConferenceBackend, shutdown: ShutdownSignal): ConferenceBackend {
  const bounded = (outcome: Promise<Outcome>): Promise<Outcome> =>
    until(
      outcome,
      (cut) => shutdown.onCutOff(cut),
      () => GIVEN_UP,
    );
  return {
    apply: (change) => bounded(conferences.apply(change)),
    tell: (notice) => bounded(conferences.tell(notice)),
  };
}

/** Google Calendar. */
export function interruptGoogle(google: GoogleCalendar, shutdown: ShutdownSignal): GoogleCalendar {
  const bounded = <Result>(call: Promise<Result>): Promise<Result> =>
    until(
      call,
      (cut) => shutdown.onCutOff(cut),
      () => {
        throw new GoogleUnavailable('given up: the process was going down');
      },
    );
  return {
    list: (access, query) => bounded(google.list(access, query)),
    get: (access, eventId, accessRole) => bounded(google.get(access, eventId, accessRole)),
    hasInstances: (access, eventId) => bounded(google.hasInstances(access, eventId)),
    patch: (access, eventId, etag, patch) => bounded(google.patch(access, eventId, etag, patch)),
    watch: (access, request) => bounded(google.watch(access, request)),
    stop: (access, channel) => bounded(google.stop(access, channel)),
  };
}

/** The call's end, or `instead` if the moment comes first; the call then goes on unheard. */
function until<Result>(
  call: Promise<Result>,
  at: (cut: () => void) => () => void,
  instead: () => Result,
): Promise<Result> {
  return new Promise((resolve, reject) => {
    const takeBack = at(() => {
      try {
        resolve(instead());
      } catch (error) {
        reject(error);
      }
    });
    call.then(resolve, reject).finally(takeBack);
  });
}
