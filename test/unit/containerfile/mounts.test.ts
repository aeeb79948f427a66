import { describe, expect, it } from 'vitest';
import { parseContainerfile } from '../../../src/containerfile/parse.ts';
import type { Mount } from '../../../src/containerfile/types.ts';

function mountOf(value: string): Omit<Mount, 'text' | 'options'> {
  const run = parseContainerfile(`FROM a\nRUN --mount=${value} x`, 'f').stages[0]?.instructions[0];
  if (run?.kind !== 'run' || !run.mounts[0]) throw new Error('no mount');
  const { text, options, ...rest } = run.mounts[0];
  expect(run.mounts).toHaveLength(1);
  expect(text.span).toMatchObject({ line: 2, column: 13 });
  expect(options.length).toBeGreaterThan(0);
  return rest;
}

describe('RUN --mount', () => {
  it.each<[string, unknown]>([
    ['target=/x', { type: 'bind', target: '/x', readWrite: false }],
    [
      'type=bind,dst=/x,src=a/b,from=s',
      { type: 'bind', target: '/x', source: 'a/b', from: 's', readWrite: false },
    ],
    ['type=bind,destination=/x,rw', { type: 'bind', target: '/x', readWrite: true }],
    ['type=bind,target=/x,readwrite=true', { type: 'bind', target: '/x', readWrite: true }],
    ['type=bind,target=/x,readonly=false', { type: 'bind', target: '/x', readWrite: true }],
    ['type=bind,target=/x,rw=false', { type: 'bind', target: '/x', readWrite: false }],
    ['type=bind,target=/x,z,U', { type: 'bind', target: '/x', readWrite: false }],
    ['type=cache,target=/c', { type: 'cache', target: '/c', readOnly: false, sharing: 'shared' }],
    [
      'type=cache,target=/c,id=i,from=s,source=d,ro,sharing=locked,uid=1,gid=2,mode=0700',
      {
        type: 'cache',
        target: '/c',
        id: 'i',
        from: 's',
        source: 'd',
        readOnly: true,
        sharing: 'locked',
        uid: 1,
        gid: 2,
        mode: 0o700,
      },
    ],
    ['type=tmpfs,target=/t,size=64m', { type: 'tmpfs', target: '/t', size: 67_108_864 }],
    ['type=tmpfs,target=/t,tmpfs-size=1k', { type: 'tmpfs', target: '/t', size: 1024 }],
    ['type=secret,id=s', { type: 'secret', id: 's', required: false }],
    ['type=secret,target=/run/x', { type: 'secret', id: 'x', target: '/run/x', required: false }],
    [
      'type=secret,id=s,env=TOKEN,required,uid=1,gid=2,mode=0444',
      { type: 'secret', id: 's', env: 'TOKEN', required: true, uid: 1, gid: 2, mode: 0o444 },
    ],
    ['type=ssh', { type: 'ssh', id: 'default', required: false }],
    ['type=ssh,id=k,target=/s,required=true', { type: 'ssh', id: 'k', target: '/s', required: true }],
    [
      'type=cache,target=/c/$v,uid=$u,sharing=$s',
      { type: 'cache', target: '/c/$v', readOnly: false, sharing: 'shared' },
    ],
    ['"type=bind,target=/x,source=a b"', { type: 'bind', target: '/x', source: 'a b', readWrite: false }],
  ])('%s', (value, expected) => {
    expect(mountOf(value)).toEqual(expected);
  });
});
