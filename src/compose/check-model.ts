/** Phase `check`: attributes of one value that exclude each other, as far as they can be seen before values are read. */
import { isIP } from 'node:net';
import type { LoadContext } from './context.ts';
import { entryPlace, isMap, type MapNode, type Node, nodeAt, textOf } from './node.ts';

export function checkModel(root: MapNode, context: LoadContext): void {
  eachMap(root.get('volumes'), (volume, name) => checkExternal(`volumes.${name}`, volume, context));
  eachMap(root.get('configs'), (config, name) =>
    checkSource(`configs.${name}`, config, ['file', 'environment', 'content'], context),
  );
  eachMap(root.get('secrets'), (secret, name) =>
    checkSource(`secrets.${name}`, secret, ['file', 'environment'], context),
  );
  eachMap(root.get('services'), (service, name) => checkService(`services.${name}`, service, context));
}

function eachMap(node: Node | undefined, check: (value: MapNode, name: string) => void): void {
  if (!isMap(node)) return;
  for (const [name, value] of node.entries) if (isMap(value)) check(value, name);
}

function eachItem(node: Node | undefined, check: (item: MapNode) => void): void {
  if (node?.kind !== 'seq') return;
  for (const item of node.items) if (isMap(item)) check(item);
}

/** A volume that exists elsewhere has a name and nothing else. */
function checkExternal(path: string, volume: MapNode, context: LoadContext): void {
  const external = volume.get('external');
  if (external?.kind !== 'scalar' || external.value !== true) return;
  for (const key of volume.entries.keys()) {
    if (key === 'name' || key === 'external' || key.startsWith('x-')) continue;
    const message = `${path}: conflicting parameters "external" and "${key}" specified`;
    context.report.add('E_CONSISTENCY', message, entryPlace(volume, key), {
      hint: `remove ${key}, or external`,
    });
  }
}

/** A secret or config comes from one place; a driver may have a way of its own. */
function checkSource(path: string, object: MapNode, keys: readonly string[], context: LoadContext): void {
  const given = keys.filter((key) => object.entries.has(key));
  const names = keys.join('|');
  if (given.length > 1) {
    const place = entryPlace(object, given[1] ?? '');
    context.report.add('E_CONSISTENCY', `${path}: ${names} attributes are mutually exclusive`, place, {
      hint: 'keep one of them',
    });
  }
  if (given.length > 0 || object.get('driver') || object.get('external')) return;
  context.report.add('E_CONSISTENCY', `${path}: one of ${names} must be set`, object, {
    hint: `add ${keys.map((key) => `${key}:`).join(' or ')}`,
  });
}

function checkService(path: string, service: MapNode, context: LoadContext): void {
  eachItem(service.get('ports'), (port) => {
    const ip = textOf(port.get('host_ip'));
    if (ip !== undefined && isIP(ip) === 0)
      context.report.add('E_VALUE', `${path}.ports: invalid ip address: ${ip}`, port.get('host_ip'), {
        hint: 'write for example 127.0.0.1',
      });
  });
  eachItem(nodeAt(service, ['develop', 'watch']), (rule) => {
    if (textOf(rule.get('path')) === '')
      context.report.add(
        'E_CONSISTENCY',
        `${path}.develop.watch.path: value can't be blank`,
        rule.get('path'),
        { hint: 'write path: and what is to be watched' },
      );
  });
  const requests = nodeAt(service, ['deploy', 'resources', 'reservations', 'devices']);
  for (const list of [service.get('gpus'), requests]) {
    eachItem(list, (request) => {
      if (!request.get('count') || !request.get('device_ids')) return;
      const message = `${path}: "count" and "device_ids" attributes are exclusive`;
      context.report.add('E_CONSISTENCY', message, entryPlace(request, 'device_ids'), {
        hint: 'keep one of the two',
      });
    });
  }
}
