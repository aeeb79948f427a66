export interface Remembered<T> {
  readonly ask: (key: string) => Promise<T>;
  /** What was asked is asked again. */
  readonly forget: () => void;
}

/** Asks a question once for each key, also while the answer is awaited. */
export function remembered<T>(question: (key: string) => Promise<T>): Remembered<T> {
  const known = new Map<string, Promise<T>>();
  return {
    ask: (key) => {
      const answer = known.get(key) ?? question(key);
      known.set(key, answer);
      return answer;
    },
    forget: () => known.clear(),
  };
}
