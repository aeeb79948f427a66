import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fail } from '../../base/errors.ts';
import type { TextStream } from '../../report/types.ts';
import { anyServices, type Call, defineCommand } from '../command.ts';
import type { ConfigArgs, ConfigIo } from '../config/args.ts';
import { directOutput } from '../direct-output.ts';
import type { FlagTable } from '../flag.ts';
import type { Session } from '../session.ts';
import { readStandardInput } from '../standard-input.ts';
import { compatExit } from '../tell-error.ts';

const flags = {
  environment: { type: 'boolean', text: 'Print the variables that ${...} sees' },
  explain: { type: 'string', text: 'Say where a value comes from: services.web.image, or a variable' },
  format: { type: 'string', text: 'yaml or json' },
  hash: { type: 'string', text: 'Print the hash of each service (* or names separated by commas)' },
  images: { type: 'boolean', text: 'Print names of images' },
  'lock-image-digests': { type: 'boolean', text: 'Print an override file that pins images to their digests' },
  models: { type: 'boolean', text: 'Print names of models' },
  networks: { type: 'boolean', text: 'Print names of networks' },
  'no-consistency': { type: 'boolean', text: 'Do not check that the parts of the project fit together' },
  'no-env-resolution': { type: 'boolean', text: "Do not read the services' env files" },
  'no-interpolate': { type: 'boolean', text: 'Leave ${...} as it is' },
  'no-normalize': { type: 'boolean', text: 'Do not set defaults' },
  'no-path-resolution': { type: 'boolean', text: 'Leave paths as they are' },
  output: { type: 'string', short: 'o', text: 'Write to this file instead of standard output' },
  phase: { type: 'string', text: 'Print the project as it is after a phase of loading' },
  profiles: { type: 'boolean', text: 'Print names of profiles' },
  quiet: { type: 'boolean', short: 'q', text: 'Only check' },
  'resolve-image-digests': { type: 'boolean', text: 'Pin images to their digests' },
  services: { type: 'boolean', text: 'Print names of services' },
  variables: { type: 'boolean', text: 'Print the variables that the files use, with their defaults' },
  volumes: { type: 'boolean', text: 'Print names of volumes' },
} as const satisfies FlagTable;

export const config = defineCommand({
  name: 'config',
  usage: '[OPTIONS] [SERVICE...]',
  summary: 'Check the compose files and print the project in canonical form. Needs no engine.',
  flags,
  operands: anyServices,
  examples: [
    ['tscompose config -q', 'only check the files'],
    ['tscompose config --format json | jq .services', 'as JSON'],
    ['tscompose config --explain services.web.image', 'where does this value come from?'],
  ],
  run: async (call, session) => {
    const { runConfig } = await import('./config.ts');
    const { witness } = session;
    const [stdout, stderr] = [directOutput(1), directOutput(2)];
    const said = { text: '', output: '' };
    const through = (stream: TextStream, key: keyof typeof said): ConfigIo['stdout'] => ({
      write: (text) => {
        said[key] += text;
        return stream.write(text);
      },
    });
    const isKept = witness && saysOnlyNames(call.flags);
    const code = await runConfig(argsOf(call, session), {
      stdout: isKept ? through(stdout, 'output') : stdout,
      stderr: isKept ? through(stderr, 'text') : stderr,
      ...(isKept ? witness.reading() : { stdin: readStandardInput }),
      onLargeFile: session.tuning.largeInput,
      colour: session.colour(stderr),
      imageDigest: (image) => digestOf(image, session),
      writeFile: (path, text) => writeFileSync(resolve(session.cwd, path), text),
    });
    if (isKept && code === 0) witness.keepOfFiles(said);
    return compatExit(code, session.options.compatExit);
  },
});

const names = ['hash', 'images', 'models', 'networks', 'profiles', 'quiet', 'services', 'volumes'] as const;
const more = ['environment', 'explain', 'output', 'phase', 'variables'] as const;

/** The answer can be kept in a file: values, among which secrets may be, are not in it. */
function saysOnlyNames(given: Call<typeof flags>['flags']): boolean {
  return names.some((name) => given[name]) && !more.some((name) => given[name]);
}

function argsOf({ flags: given, operands }: Call<typeof flags>, session: Session): ConfigArgs {
  const { cwd, env, files, projectDirectory, projectName, envFiles, profiles } = session.loadRequest();
  return {
    cwd,
    env,
    files: files ?? [],
    projectDirectory,
    projectName,
    envFiles: envFiles ?? [],
    profiles: profiles ?? [],
    allResources: session.options.allResources,
    strict: session.options.strict,
    services: operands,
    format: given.format,
    output: given.output,
    quiet: given.quiet,
    listServices: given.services,
    listImages: given.images,
    listVolumes: given.volumes,
    listNetworks: given.networks,
    listProfiles: given.profiles,
    listModels: given.models,
    listVariables: given.variables,
    listEnvironment: given.environment,
    hash: given.hash,
    noInterpolate: given['no-interpolate'],
    noNormalize: given['no-normalize'] || asksCompatibility(session),
    noPathResolution: given['no-path-resolution'],
    noConsistency: given['no-consistency'],
    noEnvResolution: given['no-env-resolution'],
    resolveImageDigests: given['resolve-image-digests'],
    lockImageDigests: given['lock-image-digests'],
    phase: given.phase,
    explain: given.explain,
  };
}

/** The flag, not the variable: compose tools then show the model without what is implied. */
function asksCompatibility(session: Session): boolean {
  return session.options.compatibility && session.env['COMPOSE_COMPATIBILITY'] === undefined;
}

/** Of the image in local storage. */
async function digestOf(image: string, session: Session): Promise<string> {
  const found = await (await session.engine()).inspectImage(image);
  if (found?.digest !== undefined) return found.digest;
  throw fail('E_IMAGE', `the digest of image "${image}" is not known`, {
    hint: 'pull it first: tscompose pull',
  });
}
