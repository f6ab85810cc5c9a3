/** Times of day, counted by their place in a sorted row without ever writing the whole row down: it can have 86,400 of them. */
import { isCoarser, type Rule } from './rule.ts';

/** Hours, minutes and seconds that are combined with each other, each sorted. */
export interface Times {
  readonly hours: readonly number[];
  readonly minutes: readonly number[];
  readonly seconds: readonly number[];
}

/** The times at which the days of a rule have their starts, or the hour or minute of a finer one; `firstSecond` is that of its start, of the day. */
export function timesOf(rule: Rule, firstSecond: number): Times {
  const { frequency, byHour, byMinute, bySecond } = rule;
  const isFiner = (than: 'HOURLY' | 'MINUTELY' | 'SECONDLY'): boolean => !isCoarser(frequency, than);
  return {
    hours: isFiner('HOURLY') ? [0] : sortedOr(byHour, Math.floor(firstSecond / 3_600)),
    minutes: isFiner('MINUTELY') ? [0] : sortedOr(byMinute, Math.floor(firstSecond / 60) % 60),
    seconds: isFiner('SECONDLY') ? [0] : sortedOr(bySecond, firstSecond % 60),
  };
}

/** How many there are. */
export function countTimes({ hours, minutes, seconds }: Times): number {
  return hours.length * minutes.length * seconds.length;
}

/** The time in this place, 0 for the first; in seconds. */
export function timeAt({ hours, minutes, seconds }: Times, place: number): number {
  const minutePlace = Math.floor(place / seconds.length);
  const hour = hours[Math.floor(minutePlace / minutes.length)] ?? 0;
  const minute = minutes[minutePlace % minutes.length] ?? 0;
  const second = seconds[place % seconds.length] ?? 0;
  return hour * 3_600 + minute * 60 + second;
}

/** The places that BYSETPOS names among so many, sorted, each once; every one where it names none. */
export function* placesAmong(count: number, bySetPosition: readonly number[]): Generator<number> {
  if (bySetPosition.length === 0) {
    for (let place = 0; place < count; place++) yield place;
    return;
  }
  const places = bySetPosition.map((position) => (position > 0 ? position - 1 : count + position));
  yield* sortedOnce(places.filter((place) => place >= 0 && place < count));
}

function sortedOr(values: readonly number[], otherwise: number): readonly number[] {
  return values.length === 0 ? [otherwise] : sortedOnce(values);
}

function sortedOnce(values: readonly number[]): readonly number[] {
  return [...new Set(values)].sort((left, right) => left - right);
}
