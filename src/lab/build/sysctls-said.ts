/** The sysctls that somebody has set, as the commands of a lab tell: what a copy of a namespace needs besides its links. */
import { plainCommands } from '../plain-commands.ts'

/** By namespace, keys with their last values, in the order in which they were set. */
export type SysctlsSaid = ReadonlyMap<string, ReadonlyMap<string, string>>

/** Reads what the sources would run, one after the other. */
export function sysctlsSaid(sources: readonly string[]): SysctlsSaid {
  const said = new Map<string, Map<string, string>>()
  for (const { namespace, argv } of plainCommands(sources)) {
    if (argv[0] !== 'sysctl') continue
    for (const word of argv.slice(1)) {
      const [key = '', value] = word.split(/=(.*)/s, 2)
      if (value === undefined || !key.startsWith('net')) continue
      const values = said.get(namespace) ?? new Map<string, string>()
      values.delete(key)
      values.set(key, value)
      said.set(namespace, values)
    }
  }
  return said
}
