/** What is wrong with an environment, seen from all functions at once. */
import { ConfigError, type ConfigProblem, type Environment, parseConfig } from '../shared/config/config.ts';
import { FUNCTION_NAMES } from '../shared/config/settings.ts';

/** What each function would complain of in this environment, each problem once; connectCalendars only where users can connect. */
export function problemsOf(env: Environment): readonly ConfigProblem[] {
  const isConnecting = (env.CONNECT_URL ?? '') !== '';
  const targets = FUNCTION_NAMES.filter((target) => target !== 'connectCalendars' || isConnecting);
  const problems = targets.flatMap((target) => {
    try {
      parseConfig(env, target);
      return [];
    } catch (error) {
      if (error instanceof ConfigError) return error.problems;
      throw error;
    }
  });
  return [...new Map(problems.map((problem) => [problem.text, problem])).values()];
}
