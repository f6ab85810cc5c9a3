/** An object whose calls take time, as those of a database in another building do. */

/** The same object; before each call of a method whose name is delayed, `delay` is waited for. */
export function withDelayedCalls<Target extends object>(
  target: Target,
  isDelayed: (name: string) => boolean,
  delay: () => Promise<void>,
): Target {
  return new Proxy(target, {
    get(_, name) {
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      if (!isDelayed(String(name))) return member.bind(target);
      return async (...args: readonly unknown[]) => {
        await delay();
        return Reflect.apply(member, target, args);
      };
    },
  });
}

/** Whether a method of a transaction reads: writes wait for the commit. */
export function isRead(name: string): boolean {
  return !/^(put|delete)/.test(name);
}
