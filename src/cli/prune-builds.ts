/** Forgets the steps of a project that its files no longer ask for, and removes their images where they have no name. */
import type { BuildRoom } from './build-room.ts';
import type { Session } from './session.ts';

/** @param needed - keys of the steps that the project has now. @returns how many images were removed */
export async function pruneBuilds(
  session: Session,
  room: BuildRoom,
  request: { readonly project: string; readonly needed: ReadonlySet<string> },
): Promise<number> {
  const engine = await session.engine();
  const all = room.index.entries();
  const keep = new Set(
    all
      .filter(({ key, project }) => project !== request.project || request.needed.has(key))
      .flatMap(({ image }) => [image, room.index.contained(image)?.within ?? image]),
  );
  let removed = 0;
  // Children first: the index does not know which is which, so what cannot go yet is tried again.
  let open = all.filter(({ key, project }) => project === request.project && !request.needed.has(key));
  for (let isProgress = true; isProgress && open.length > 0; ) {
    isProgress = false;
    const left: typeof open = [];
    for (const entry of open) {
      const outcome = await forgetOne(entry.image, { engine, room, keep });
      if (outcome === 'kept') {
        left.push(entry);
        continue;
      }
      room.index.forget(entry.key);
      isProgress = true;
      if (outcome === 'removed') removed += 1;
    }
    open = left;
  }
  return removed;
}

async function forgetOne(
  image: string,
  {
    engine,
    room,
    keep,
  }: { engine: Awaited<ReturnType<Session['engine']>>; room: BuildRoom; keep: ReadonlySet<string> },
): Promise<'removed' | 'forgotten' | 'kept'> {
  if (keep.has(image) || room.namesOf(image).length > 0 || !(await engine.imageExists(image)))
    return 'forgotten';
  try {
    // What it was made of may be needed, and is looked at by itself.
    await engine.removeImage(image, { parents: false });
    return 'removed';
  } catch {
    // A container uses it, or another image is made of it.
    return 'kept';
  }
}
