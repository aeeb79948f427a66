import module from 'node:module';
import { composeLevel, versionLine } from './version.ts';

/** Answers that tools ask for at every start; nothing else is loaded for them. */
function quickAnswer(argv: readonly string[]): string | undefined {
  const [first, second] = argv;
  if (argv.length === 1 && (first === '--version' || first === '-v' || first === 'version'))
    return versionLine;
  if (argv.length === 2 && first === 'version' && second === '--short') return composeLevel;
  return undefined;
}

/** From Node 22.1 on, compiled code is kept between runs; Node 20 has no such call. */
function keepCompiledCode(): void {
  const enable = (module as { enableCompileCache?: () => unknown }).enableCompileCache;
  enable?.();
}

const answer = quickAnswer(process.argv.slice(2));
if (answer === undefined) {
  keepCompiledCode();
  const { main } = await import('./run.ts');
  await main(process.argv.slice(2));
} else {
  process.stdout.write(`${answer}\n`);
}
