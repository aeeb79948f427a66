import type { Session } from './session.ts';

/** Asks a question at a terminal; without one (or with TSCOMPOSE_YES) the answer is yes. */
export async function confirm(session: Session, question: string): Promise<boolean> {
  const { stdin, stderr } = session.streams;
  if (!stdin.isTTY || !stderr.isTTY || session.isSet('TSCOMPOSE_YES')) return true;
  const { createInterface } = await import('node:readline/promises');
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await lines.question(`${question} [y/N] `, { signal: session.interrupts.signal });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
