import { fail } from '../../base/errors.ts';
import { findProgram } from '../find-program.ts';

export interface ProgramCall {
  readonly name: 'git' | 'tar';
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** @returns undefined when it failed, with its last words in `problem` */
export async function runProgram(
  call: ProgramCall,
): Promise<{ readonly output: string } | { readonly problem: string }> {
  const program = findProgram(call.name, call.environment['PATH']);
  if (!program)
    throw fail('E_BUILD', `${call.name} is needed for this build context, and is not installed`, {
      hint: `install ${call.name}`,
    });
  const { execa } = await import('execa');
  const result = await execa(program, [...call.args], {
    reject: false,
    extendEnv: false,
    env: definedOnly(call.environment),
    stdin: 'ignore',
    ...(call.cwd ? { cwd: call.cwd } : {}),
  });
  if (result.exitCode === 0) return { output: String(result.stdout) };
  const words = String(result.stderr ?? '').trim() || result.shortMessage || 'it failed';
  return { problem: words.split('\n').slice(-3).join('; ') };
}

function definedOnly(environment: ProgramCall['environment']): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([key, value]): [string, string][] =>
      value === undefined ? [] : [[key, value]],
    ),
  );
}
