/** Phase `externals`: a resource that exists elsewhere has a name and nothing else. */
import type { LoadContext } from './context.ts';
import { entryPlace, isMap, type MapNode } from './node.ts';

export function checkExternals(root: MapNode, context: LoadContext): void {
  for (const section of ['networks', 'volumes']) {
    const resources = root.get(section);
    if (!isMap(resources)) continue;
    for (const [name, resource] of resources.entries) {
      if (!isMap(resource)) continue;
      const external = resource.get('external');
      if (!(external?.kind === 'scalar' && external.value === true)) continue;
      for (const key of resource.entries.keys()) {
        if (['name', 'external'].includes(key) || key.startsWith('x-')) continue;
        const message = `${section}.${name}: conflicting parameters "external" and "${key}" specified`;
        context.report.add('E_CONSISTENCY', message, entryPlace(resource, key), {
          hint: `remove ${key}, or external`,
        });
      }
    }
  }
}
