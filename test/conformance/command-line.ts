/** Enough of the command line to run the cases in this process. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { ConfigArgs } from '../../src/cli/config/args.ts';

const lists: Record<string, 'files' | 'envFiles' | 'profiles'> = {
  '-f': 'files',
  '--file': 'files',
  '--env-file': 'envFiles',
  '--profile': 'profiles',
};
const texts: Record<string, 'projectName' | 'projectDirectory' | 'format' | 'output' | 'hash' | 'phase' | 'explain'> = {
  '-p': 'projectName',
  '--project-name': 'projectName',
  '--project-directory': 'projectDirectory',
  '--workdir': 'projectDirectory',
  '--format': 'format',
  '-o': 'output',
  '--output': 'output',
  '--hash': 'hash',
  '--phase': 'phase',
  '--explain': 'explain',
};
const flags: Record<string, keyof ConfigArgs> = {
  '--all-resources': 'allResources',
  '--compatibility': 'noNormalize',
  '--strict': 'strict',
  '-q': 'quiet',
  '--quiet': 'quiet',
  '--services': 'listServices',
  '--images': 'listImages',
  '--volumes': 'listVolumes',
  '--networks': 'listNetworks',
  '--profiles': 'listProfiles',
  '--models': 'listModels',
  '--variables': 'listVariables',
  '--environment': 'listEnvironment',
  '--no-interpolate': 'noInterpolate',
  '--no-normalize': 'noNormalize',
  '--no-path-resolution': 'noPathResolution',
  '--no-consistency': 'noConsistency',
  '--no-env-resolution': 'noEnvResolution',
  '--resolve-image-digests': 'resolveImageDigests',
  '--lock-image-digests': 'lockImageDigests',
};

/** Undefined when a flag is unknown or the command is not `config`. */
export function parseArguments(
  argv: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): ConfigArgs | undefined {
  const args: Record<string, unknown> = { cwd, env };
  const add = (key: string, value: string): void => {
    args[key] = [...((args[key] as string[] | undefined) ?? []), value];
  };
  let command = false;
  for (let i = 0; i < argv.length; i++) {
    const [flag = '', inline] = (argv[i] ?? '').startsWith('--') ? (argv[i] ?? '').split(/=(.*)/s) : [argv[i]];
    const list = lists[flag];
    const text = texts[flag];
    const boolean = flags[flag];
    if (list) add(list, inline ?? argv[++i] ?? '');
    else if (text) args[text] = inline ?? argv[++i] ?? '';
    else if (boolean) args[boolean] = true;
    else if (flag.startsWith('-')) return undefined;
    else if (!command) command = flag === 'config' || flag === 'convert';
    else add('services', flag);
  }
  return command ? (args as unknown as ConfigArgs) : undefined;
}
