/** Plays one night and hands its series to Prometheus' engine. */
import type { Lane } from '../../shared/domain/notification/work-message.ts';
import { BEGAN_AT, NightWorld } from './night-world.ts';
import type { Night } from './nights.ts';
import type { Metric, Rule } from './plan.ts';
import { firingMinutes, type Series } from './promtool.ts';
import { SeriesRecorder } from './record-series.ts';

/** What of the plan a night needs. */
export interface Watch {
  readonly rules: readonly Rule[];
  readonly metrics: readonly Metric[];
  readonly subscriptions: Readonly<Record<Lane | 'deadLetters', string>>;
  readonly attemptsMax: number;
}

const CALENDARS = 120;
const MINUTE = 60_000;

/** The series that the night leaves. */
export async function seriesOf(
  night: Night,
  { metrics, subscriptions, attemptsMax }: Watch,
): Promise<readonly Series[]> {
  const recorder = new SeriesRecorder(metrics, BEGAN_AT);
  const { calendars = CALENDARS, policy = {} } = night;
  const world = new NightWorld({ recorder, subscriptions, attemptsMax, calendars, policy });
  Object.assign(world.answersBeside, night.answersBeside);
  await world.begin();
  edit(world, night.editsPerHour);
  await world.runTo(night.from);
  await night.breaks(world);
  if (night.lasts > 0) await world.runTo(night.from + night.lasts);
  await night.mends?.(world);
  await world.runTo(night.end);
  await world.queue.close();
  return recorder.series(night.end);
}

/** What is wrong about what fires in the night; nothing, if the alerts are as they should be. */
export function judge(night: Night, rules: readonly Rule[], series: readonly Series[]): readonly string[] {
  const began = beginnings(night, rules, series);
  const wrong = Object.entries(night.fires).flatMap(([name, within]) => {
    const [first] = began.get(name) ?? [];
    if (first === undefined) return [`${name} does not fire`];
    return first > within ? [`${name} fires after ${first} minutes, later than ${within}`] : [];
  });
  for (const [name, minutes] of began) {
    const times = minutes.join(', ');
    if (night.fires[name] === undefined) wrong.push(`${name} fires, after ${times} minutes`);
    else if (minutes.some((minute) => minute < 0)) wrong.push(`${name} fires before there is trouble`);
    else if (minutes.length > 1) wrong.push(`${name} fires more than once, after ${times} minutes`);
  }
  const pages = rules.filter(({ name, isPage }) => isPage && began.has(name)).map(({ name }) => name);
  if (pages.length > 1) wrong.push(`one cause pages twice: ${pages.join(', ')}`);
  return wrong;
}

/** The minutes after the trouble began at which each alert that fires begins to. */
function beginnings(
  night: Night,
  rules: readonly Rule[],
  series: readonly Series[],
): ReadonlyMap<string, readonly number[]> {
  const began = new Map<string, readonly number[]>();
  for (const [name, minutes] of firingMinutes(rules, series, night.end)) {
    const first = minutes.filter((minute) => !minutes.includes(minute - 1));
    if (first.length > 0)
      began.set(
        name,
        first.map((minute) => minute - night.from),
      );
  }
  return began;
}

function edit(world: NightWorld, perHour: number): void {
  if (perHour === 0) return;
  const again = (): void => {
    const id = world.calendarIds[Math.floor(world.draw() * world.calendarIds.length)];
    if (id !== undefined) world.google.edit(id);
    void world.time.set(again, ((0.5 + world.draw()) * 60 * MINUTE) / perHour);
  };
  void world.time.set(again, MINUTE);
}
