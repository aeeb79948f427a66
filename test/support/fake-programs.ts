/** How the fake engine's processes behave, read from the few commands that the contract suite uses on Podman too. */
import type { ContainerSpec } from '../../src/podman/spec.ts';

/** `sh -c "exit 3"` ends with 3, `sh -c "echo ..."` with 0; everything else runs on, a loop too. */
export function scriptedExit(spec: ContainerSpec): number | undefined {
  const script = scriptOf(spec);
  if (script === undefined || script.includes('while')) return undefined;
  return Number(/exit (\d+)/.exec(script)?.[1] ?? 0);
}

/** What `sh -c "echo one; echo two"` writes. */
export function scriptedOutput(spec: ContainerSpec): string[] {
  return [...(scriptOf(spec) ?? '').matchAll(/echo (\w+)/g)].map((match) => match[1] ?? '');
}

function scriptOf({ command }: ContainerSpec): string | undefined {
  return command?.[0] === 'sh' && command[1] === '-c' ? command[2] : undefined;
}

/** A check that runs `false` fails, any other passes. */
export function healthScript(spec: ContainerSpec): boolean[] {
  return [spec.healthconfig?.Test?.[1] !== 'false'];
}
