import { describe, expect, it } from 'vitest';
import { anywhereFlags, globalFlags } from '../../../src/cli/global-options.ts';
import { parseArguments } from '../../../src/cli/grammar.ts';
import { commands } from '../../../src/cli/registry.ts';

/** Every flag of docker compose 2.40.3, hidden ones too: `--flag` alone is a switch, what follows `=` is a value it takes. */
const ofCompose: Readonly<Record<string, string>> = {
  build:
    '--build-arg=A=1 --builder=b --check --compress --force-rm --memory=1g -m=1g --no-cache --no-rm --parallel --print --progress=plain --provenance=false --pull --push --quiet -q --sbom=false --ssh=default --with-dependencies',
  config:
    '--environment --format=json --hash=* --images --lock-image-digests --models --networks --no-consistency --no-env-resolution --no-interpolate --no-normalize --no-path-resolution --output=o -o=o --profiles --quiet -q --resolve-image-digests --services --variables --volumes',
  convert:
    '--format=json --hash=* --images --no-consistency --no-interpolate --no-normalize --output=o -o=o --profiles --quiet -q --resolve-image-digests --services --volumes',
  create:
    '--build --force-recreate --no-build --no-recreate --pull=always --quiet-pull --remove-orphans --scale=web=2 --yes -y',
  down: '--remove-orphans --rmi=all --timeout=3 -t=3 --volumes -v',
  exec: '--detach -d --env=A=1 -e=A=1 --index=1 --interactive -i --no-tty -T --privileged --tty -t --user=u -u=u --workdir=/w -w=/w',
  images: '--format=json --quiet -q',
  kill: '--remove-orphans --signal=KILL -s=KILL',
  logs: '--follow -f --index=1 --no-color --no-log-prefix --since=1m --tail=3 -n=3 --timestamps -t --until=1m',
  ls: '--all -a --filter=name=x --format=json --quiet -q',
  pause: '',
  port: '--index=1 --protocol=udp',
  ps: '--all -a --filter=status=running --format=json --no-trunc --orphans --quiet -q --services --status=running',
  pull: '--ignore-buildable --ignore-pull-failures --include-deps --no-parallel --parallel --policy=missing --quiet -q',
  restart: '--no-deps --timeout=3 -t=3',
  rm: '--all -a --force -f --stop -s --volumes -v',
  start: '',
  stop: '--timeout=3 -t=3',
  unpause: '',
  up: '--abort-on-container-exit --abort-on-container-failure --always-recreate-deps --attach=web --attach-dependencies --build --detach -d --exit-code-from=web --force-recreate --menu --no-attach=web --no-build --no-color --no-deps --no-log-prefix --no-recreate --no-start --pull=always --quiet-build --quiet-pull --remove-orphans --renew-anon-volumes -V --scale=web=2 --timeout=3 -t=3 --timestamps --wait --wait-timeout=3 --watch -w --yes -y',
  version: '--format=json -f=json --short',
  volumes: '--format=json --quiet -q',
  wait: '--down-project',
};

const globals =
  '--all-resources --ansi=never --compatibility --dry-run --env-file=e --file=f -f=f --no-ansi --parallel=3 --profile=p --progress=plain --project-directory=d --project-name=p -p=p --verbose --version -v --workdir=d';

/** `--name=value` as two words, as most callers write it. */
const words = (flag: string): string[] => {
  const equals = flag.indexOf('=');
  return equals === -1 ? [flag] : [flag.slice(0, equals), flag.slice(equals + 1)];
};

describe('docker compose’s flags', () => {
  it.each(Object.entries(ofCompose))('%s takes all of them', async (name, line) => {
    const command = await commands[name]?.load();
    expect(command, name).toBeDefined();
    const flags = { ...anywhereFlags, ...command?.flags };
    for (const flag of line.split(' ').filter(Boolean)) {
      const parsed = parseArguments([...words(flag), 'web'], { flags, interspersed: true, program: name });
      expect(parsed.given.size, flag).toBe(1);
      expect(parsed.operands, flag).toEqual(['web']);
    }
  });

  it.each(globals.split(' '))('%s goes before the command', (flag) => {
    const parsed = parseArguments(words(flag), {
      flags: globalFlags,
      interspersed: true,
      program: 'tscompose',
    });
    expect(parsed.given.size).toBe(1);
    expect(parsed.operands).toEqual([]);
  });
});
