/** Plays Cloud Scheduler: calls renewChannels every second, one call at a time. */

const PERIOD_MS = 1_000;

/** Calls the function at this address until closed. A call that fails is simply followed by the next. */
export function startScheduler(url: string): { close(): Promise<void> } {
  const stop = new AbortController();
  let underWay: Promise<unknown> | undefined;
  const timer = setInterval(() => {
    underWay ??= fetch(url, { method: 'POST', signal: stop.signal })
      .then((answer) => answer.arrayBuffer())
      .catch(() => undefined)
      .finally(() => {
        underWay = undefined;
      });
  }, PERIOD_MS);
  return {
    async close() {
      clearInterval(timer);
      stop.abort();
      await underWay;
    },
  };
}
