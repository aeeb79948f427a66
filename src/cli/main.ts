import { loadCode } from './load-code.ts';
import { growHeapSlowly } from './v8-flags.ts';
import { composeLevel, versionLine } from './version.ts';

/** Answers that tools ask for at every start; nothing else is loaded for them. */
function quickAnswer(argv: readonly string[]): string | undefined {
  const [first, second] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-v' || first === 'version'))
    return versionLine;
  if (argv.length === 2 && first === 'version' && second === '--short') return composeLevel;
  return undefined;
}

const argv = process.argv.slice(2);
const answer = quickAnswer(argv);
if (answer === undefined) void loadCode(argv, __dirname).main(argv, { onLargeInput: growHeapSlowly });
else process.stdout.write(`${answer}\n`);
