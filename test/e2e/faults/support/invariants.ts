/** What must hold after whatever went wrong: the next `up` makes everything right, and `down -v` leaves nothing. */
import { readFileSync } from 'node:fs';
import type { Ended } from './command.ts';
import type { Project } from './lab.ts';
import { containersOf, type Size, secretCanary } from './small-project.ts';

export interface Before {
  /** Anonymous volumes that the project had. */
  readonly volumes: readonly string[];
  /** What ran may not have taken them away. */
  readonly mustStay: boolean;
}

/** @returns what does not hold; the project is down afterwards */
export async function broken(
  project: Project,
  size: Size = 'small',
  before: Before = { volumes: [], mustStay: false },
): Promise<string[]> {
  const wrong: string[] = [];
  const mark = await volumeMark(project);
  const found = await project.anonymousVolumes();
  const up = await project.run(['up', '-d']);
  if (up.code !== 0) wrong.push(`the next up exited ${up.code}: ${up.stderr}`);
  wrong.push(...badOutput(up), ...(await badState(project, size)));
  if (mark !== undefined && (await volumeMark(project)) !== mark)
    wrong.push('the data in the volume is gone');
  const volumes = await project.anonymousVolumes();
  const had = before.volumes.length > 0 ? before.volumes : found;
  const wanted = before.mustStay ? had : [];
  if (wanted.length > 0 && volumes.join() !== wanted.join())
    wrong.push(`anonymous volumes were ${wanted.join(', ')}, are ${volumes.join(', ')}`);
  project.lab.proxy.arm();
  const again = await project.run(['up', '-d']);
  if (again.code !== 0) wrong.push(`up again exited ${again.code}: ${again.stderr}`);
  if (project.lab.proxy.calls.length > 0) wrong.push(`up again did ${project.lab.proxy.calls.join(', ')}`);
  const down = await project.run(['down', '-v']);
  if (down.code !== 0) wrong.push(`down exited ${down.code}: ${down.stderr}`);
  wrong.push(...badOutput(down));
  const left = [...(await project.objects()), ...project.lab.leftFiles()];
  const all = (await project.lab.ask<{ Name: string }[] | null>('/volumes/json')) ?? [];
  const seen = new Set([...before.volumes, ...found, ...volumes]);
  left.push(...all.flatMap(({ Name }) => (seen.has(Name) ? [`anonymous volume ${Name}`] : [])));
  if (left.length > 0) wrong.push(`left behind: ${left.join(', ')}`);
  return wrong;
}

/** No stack trace, no secret. */
export function badOutput({ stdout, stderr }: Ended): string[] {
  const text = `${stdout}\n${stderr}`;
  return [
    ...(/\n\s+at .+:\d+:\d+/.test(text) || text.includes('E_INTERNAL') ? [`a stack trace: ${text}`] : []),
    ...(text.includes(secretCanary) ? ['the secret is in the output'] : []),
  ];
}

interface Inspected {
  readonly State: {
    readonly Status: string;
    readonly StartedAt: string;
    readonly Health?: {
      readonly Status: string;
      readonly Log?: readonly { readonly End: string; readonly ExitCode: number }[] | null;
    };
  };
}

/** The project as it should be: everything runs, and nothing was started before what it depends on was healthy. */
async function badState(project: Project, size: Size): Promise<string[]> {
  const found = await project.containers();
  const wanted = containersOf(size).map((name) => `${project.name}-${name}`);
  const names = found.map(({ name }) => name);
  if (names.join() !== wanted.join()) return [`containers are ${names.join(', ')}`];
  const stopped = found.flatMap(({ name, state, exitCode }) => {
    const isRight = name.endsWith('-migrate-1') ? state === 'exited' && exitCode === 0 : state === 'running';
    return isRight ? [] : [`${name} is ${state} (${exitCode})`];
  });
  const [db, web] = await Promise.all(
    ['db', 'web'].map((name) => project.lab.ask<Inspected>(`/containers/${project.name}-${name}-1/json`)),
  );
  return [...stopped, ...badOrder(db?.State, web?.State)];
}

/** A database that was made anew under a running service is not waited for. */
function badOrder(db: Inspected['State'] | undefined, web: Inspected['State'] | undefined): string[] {
  const started = Date.parse(web?.StartedAt ?? '');
  if (started < Date.parse(db?.StartedAt ?? '')) return [];
  const passed = db?.Health?.Log?.find(({ ExitCode }) => ExitCode === 0);
  if (db?.Health?.Status !== 'healthy' || !passed) return [`db is ${db?.Health?.Status}`];
  return Date.parse(passed.End) <= started ? [] : ['web was started before db was healthy'];
}

/** What the first start wrote into the volume. */
async function volumeMark(project: Project): Promise<string | undefined> {
  try {
    const volume = await project.lab.ask<{ Mountpoint: string }>(`/volumes/${project.name}_data/json`);
    return readFileSync(`${volume.Mountpoint}/mark`, 'utf8') || undefined;
  } catch {
    return undefined;
  }
}
