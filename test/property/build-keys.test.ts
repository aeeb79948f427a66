import { chmodSync, chownSync, renameSync, rmSync, symlinkSync, unlinkSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BuildFolder, builtOnce, planSteps, wantedImage, worldOf } from '../support/build-world.ts';

const text = 'FROM busybox\nARG V=1\nRUN --mount=type=secret,id=s echo $V\nCOPY src /s\nRUN tail\n';

/** What is done to a context, and whether the image may be another one then. */
const mutations: readonly { name: string; matters: boolean; run: (folder: BuildFolder) => void }[] = [
  { name: 'content', matters: true, run: (f) => f.write('src/a', 'other') },
  { name: 'same size', matters: true, run: (f) => f.write('src/a', 'b') },
  { name: 'mode', matters: true, run: (f) => chmodSync(join(f.path, 'src/a'), 0o755) },
  { name: 'folder mode', matters: true, run: (f) => chmodSync(join(f.path, 'src/sub'), 0o700) },
  { name: 'rename', matters: true, run: (f) => renameSync(join(f.path, 'src/a'), join(f.path, 'src/z')) },
  { name: 'new file', matters: true, run: (f) => f.write('src/sub/new', '') },
  { name: 'removed', matters: true, run: (f) => rmSync(join(f.path, 'src/sub/b')) },
  {
    name: 'link target',
    matters: true,
    run: (f) => {
      unlinkSync(join(f.path, 'src/l'));
      symlinkSync('sub', join(f.path, 'src/l'));
    },
  },
  { name: 'ignored now', matters: true, run: (f) => f.write('.dockerignore', 'src/a\n') },
  { name: 'mtime', matters: false, run: (f) => utimesSync(join(f.path, 'src/a'), 1, 2) },
  { name: 'owner', matters: false, run: (f) => chownSync(join(f.path, 'src/a'), 12, 34) },
  { name: 'a file that nobody takes', matters: false, run: (f) => f.write('other', 'x') },
  { name: 'an ignore file for others', matters: false, run: (f) => f.write('.dockerignore', 'other\n') },
];

function makeFolder(): BuildFolder {
  const folder = new BuildFolder();
  folder.write('src/a', 'a');
  folder.write('src/sub/b', 'b');
  symlinkSync('a', join(folder.path, 'src/l'));
  return folder;
}

describe('keys of steps', () => {
  it('change with what an image is made of, and with nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([...mutations], { minLength: 1, maxLength: 2 }), async (chosen) => {
        const folder = makeFolder();
        try {
          const wanted = [wantedImage(folder, 'a', text)];
          const made = await builtOnce(wanted, worldOf(folder));
          for (const { run } of chosen.filter(({ name }) => name !== 'owner' || process.getuid?.() === 0)) {
            try {
              run(folder);
            } catch (error) {
              // One mutation took away what the next one works on.
              if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
            }
          }
          const { actions } = await planSteps(wanted, worldOf(folder), made);
          const last = chosen.at(-1)?.name;
          const undone = chosen.length === 2 && chosen.some(({ name }) => name === 'ignored now');
          if (!undone) expect(actions.length > 0, last).toBe(chosen.some(({ matters }) => matters));
        } finally {
          folder.remove();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('change with a build argument, a secret and the base image', async () => {
    const folder = makeFolder();
    try {
      const secrets = [{ id: 's', environment: 'S' }];
      const wanted = wantedImage(folder, 'a', text, { secrets });
      const world = worldOf(folder);
      const made = await builtOnce([wanted], world);
      const open = async (more: Parameters<typeof wantedImage>[3], other = world): Promise<number> =>
        (await planSteps([wantedImage(folder, 'a', text, { secrets, ...more })], other, made)).resolution.todo
          .length;
      expect(await open({})).toBe(0);
      expect(await open({ args: { V: '1' } })).toBe(0);
      expect(await open({ args: { V: '2' } })).toBe(3);
      expect(await open({}, { ...world, secretDigest: () => 'another' })).toBe(3);
      expect(await open({ network: 'none' })).toBe(3);
      const image = await world.image('busybox');
      if (image === undefined || image === 'unreadable') throw new Error('no base');
      expect(
        await open({}, { ...world, image: () => Promise.resolve({ ...image, id: 'c'.repeat(64) }) }),
      ).toBe(3);
    } finally {
      folder.remove();
    }
  });
});
