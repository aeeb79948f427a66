import { answerPath, keptAnswer } from './answers/kept-answer.ts';
import { isTerminal, writeNow } from './direct-output.ts';
import { codeIdentity, loadCode } from './load-code.ts';
import { growHeapSlowly, optimizeAsUsual, optimizeNothing } from './v8-flags.ts';
import { composeLevel, versionLine } from './version.ts';

/** Answers that tools ask for at every start; nothing else is loaded for them. */
function quickAnswer(argv: readonly string[]): string | undefined {
  const [first, second] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-v' || first === 'version'))
    return versionLine;
  if (argv.length === 2 && first === 'version' && second === '--short') return composeLevel;
  return undefined;
}

/** Where the answer to a command line is kept; undefined: none is. */
function answerPlace(argv: readonly string[]): string | undefined {
  try {
    const terminals = [isTerminal(1), isTerminal(2)];
    return answerPath({ argv, cwd: process.cwd(), env: process.env, code: codeIdentity, terminals });
  } catch {
    // The current folder has gone: the command says so.
    return undefined;
  }
}

function sayAgain({ text, output = '' }: { readonly text: string; readonly output?: string }): void {
  writeNow(2, text);
  writeNow(1, output);
}

const argv = process.argv.slice(2);
const answer = quickAnswer(argv);
const place = answer === undefined ? answerPlace(argv) : undefined;
const kept = place === undefined ? undefined : keptAnswer(place);
if (answer !== undefined) writeNow(1, `${answer}\n`);
else if (kept) sayAgain(kept);
else
  void loadCode(argv, __dirname).main(argv, {
    tuning: { largeInput: growHeapSlowly, littleWork: optimizeNothing, muchWork: optimizeAsUsual },
    answerPath: place,
    code: codeIdentity,
  });
