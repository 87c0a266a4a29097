/** Checks of objectives' settings, before anything is made of them. Each throws an Error naming the setting. */

type Settings = Readonly<Record<string, number | string | boolean>>;

/** Learning rates: positive, finite. */
export function checkRates<S>(objective: string, settings: S, names: readonly (keyof S & string)[]): void {
  check(objective, settings as Settings, names, 'a positive number', (value) => value > 0 && Number.isFinite(value));
}

/** Counts: integers from 1. */
export function checkCounts<S>(objective: string, settings: S, names: readonly (keyof S & string)[]): void {
  check(
    objective,
    settings as Settings,
    names,
    'a positive integer',
    (value) => Number.isSafeInteger(value) && value > 0,
  );
}

/** Amounts: finite, 0 among them. */
export function checkNotNegative<S>(objective: string, settings: S, names: readonly (keyof S & string)[]): void {
  check(objective, settings as Settings, names, 'a number from 0', (value) => value >= 0 && Number.isFinite(value));
}

/** Floors of log-rewards: finite, below 0. */
export function checkNegative<S>(objective: string, settings: S, names: readonly (keyof S & string)[]): void {
  check(objective, settings as Settings, names, 'a number below 0', (value) => value < 0 && Number.isFinite(value));
}

/** Shares and decays: from 0 to 1. */
export function checkShare<S>(objective: string, settings: S, names: readonly (keyof S & string)[]): void {
  check(objective, settings as Settings, names, 'from 0 to 1', (value) => value >= 0 && value <= 1);
}

/** One of several names. */
export function checkChoice<S>(
  objective: string,
  settings: S,
  name: keyof S & string,
  choices: readonly string[],
): void {
  const value = (settings as Settings)[name];
  if (!choices.includes(String(value)))
    throw new Error(`${objective}: ${name} must be one of ${choices.join(', ')}, not ${value}.`);
}

function check(
  objective: string,
  settings: Settings,
  names: readonly string[],
  rule: string,
  holds: (value: number) => boolean,
): void {
  for (const name of names) {
    const value = settings[name];
    if (typeof value !== 'number' || !holds(value))
      throw new Error(`${objective}: ${name} must be ${rule}, not ${value}.`);
  }
}
