/** What a report makes a second time: it must have removed it in between, without showing it. */
import { BENCH, plainCommands } from './plain-commands.ts'
import type { PlainCommand } from './plain-commands.ts'
import { topologyOf } from './topology.ts'
import type { Topology } from './topology.ts'

/** The commands that take away what `lines` make anew; `built` made what is there, which `topology` describes. */
export function removalsFor(
  lines: readonly string[],
  built: readonly PlainCommand[],
  { namespaces, devices }: Topology,
): string[] {
  return plainCommands(lines).flatMap(({ namespace, argv }) => {
    const [command, object, verb, ...rest] = argv
    if (command !== 'ip' || verb === undefined || !'add'.startsWith(verb)) return []
    const [name = ''] = rest
    if (object === 'netns') return namespaces.includes(name) ? [`ip netns del ${name}`] : []
    if (object === undefined || !'link'.startsWith(object)) return []
    const made = topologyOf([...built, ...plainCommands(lines)]).devices.slice(devices.length)
    const first = made.find((device) =>
      devices.some(
        (known) => known.name === device.name && known.namespace === device.namespace && known.kind !== 'hardware',
      ),
    )
    if (first === undefined) return []
    const at = first.namespace === BENCH && namespace === BENCH ? '' : `-n ${first.namespace} `
    return [`ip ${at}link del ${first.name}`]
  })
}
