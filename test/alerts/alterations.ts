/** Alterations of alerts that a careless hand might make, each with the night that has to notice it. */

/** See the file's head. */
export interface Alteration {
  readonly name: string;
  readonly of: string;
  /** Of the condition. */
  readonly from: RegExp;
  readonly to: string;
  readonly night: string;
}

/** All of them. */
export const ALTERATIONS: readonly Alteration[] = [
  {
    name: 'a conference that fails by itself taken for an outage',
    of: 'conference-system-unavailable',
    from: /, 14\)/,
    to: ', 2)',
    night: 'one conference always fails, in a quiet night',
  },
  {
    name: 'an outage only where nothing at all succeeds',
    of: 'conference-system-unavailable',
    from: / > clamp_min\((.*) or vector\(0\), 14\)/,
    to: ' > 14 unless $1 > 0',
    night: '95 % of deliveries fail, by day',
  },
  {
    name: 'a few postponed listings taken for an outage of Google',
    of: 'calendars-not-read',
    from: / > clamp_min\(.*\)$/,
    to: ' > 2',
    night: 'Google answers 503 for 5 minutes',
  },
  {
    name: 'a second page for what server-errors tells',
    of: 'renewal-run-missing',
    from: / unless .*$/,
    to: '',
    night: 'the database is gone for 40 minutes, by day',
  },
  {
    name: 'a page for a live lane that only meets errors',
    of: 'live-lane-dead',
    from: /^(.*) unless .*$/,
    to: '$1',
    night: 'the database is gone for 40 minutes, by day',
  },
  {
    name: 'any answer with a 5xx taken for an outage',
    of: 'server-errors',
    from: / > 10\) \* 20 > .*$/,
    to: '))',
    night: 'a rolling deploy',
  },
  {
    name: 'the errors of a function measured by the answers of all',
    of: 'server-errors',
    from: /sum by\(service_name\)/g,
    to: 'sum',
    night: 'renew-channels crashes for an hour, among 10,000 calendars',
  },
  {
    name: 'a trickle of errors taken for the cause of a missing run',
    of: 'renewal-run-missing',
    from: /service_name=~"\(renew-channels\)"(.*) \* 20 > .*$/,
    to: 'service_name=~"(sync-calendar-(live|upkeep)|renew-channels)"$1)',
    night: 'the scheduler is paused for an hour, among 100,000 calendars',
  },
  {
    name: 'a door taken for shut when nothing is edited',
    of: 'receiver-unreachable',
    from: /^.*unless (.*) > 0$/,
    to: '($1 or vector(0)) < 1',
    night: 'an empty night',
  },
  {
    name: 'each disconnected calendar reported',
    of: 'disconnected-calendars',
    from: / > 4$/,
    to: ' > 0',
    night: 'one calendar is disconnected',
  },
  {
    name: 'the budget burnt by a single late change',
    of: 'freshness-slo-burn',
    from: /, 9\)/,
    to: ', 0)',
    night: 'the conference system is down for 10 minutes by night',
  },
];
