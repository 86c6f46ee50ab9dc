/** Where commands run: a machine, its files, and which of the lab's namespaces it can see. */
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import type { NetnsView } from '../../contract/read-models.ts'
import { MachineFiles } from './files.ts'

export interface Machine {
  readonly name: string
  /** The namespace that its commands start in. */
  readonly netns: NetnsId
  readonly files: MachineFiles
  /** Namespaces that the machine sees: the name it uses, then the lab's name. Missing: all of them, by the lab's names. */
  readonly visible?: ReadonlyMap<string, string>
}

/** A machine with its files; fresh ones unless it has some already. */
export function createMachine(
  name: string,
  netns: NetnsId,
  visible?: ReadonlyMap<string, string>,
  files = new MachineFiles(name),
): Machine {
  return visible === undefined ? { name, netns, files } : { name, netns, files, visible }
}

/** The kernel's reads as a machine sees them: other machines' namespaces have no names, its own have its names. */
export function machineReads(reads: KernelReads, machine: Machine): KernelReads {
  const { visible } = machine
  if (visible === undefined) return reads
  const shown = (name: string): string | undefined => {
    for (const [alias, real] of visible) if (real === name) return alias
    return undefined
  }
  const own: Pick<KernelReads, 'namespaces' | 'netnsByName' | 'netnsName'> = {
    namespaces: () =>
      reads.namespaces().flatMap((view): NetnsView[] => {
        const name = shown(view.name)
        return name === undefined ? [] : [{ netns: view.netns, name }]
      }),
    netnsByName: (name) => {
      const real = visible.get(name)
      return real === undefined ? undefined : reads.netnsByName(real)
    },
    netnsName: (netns) => {
      const real = reads.netnsName(netns)
      return real === undefined ? undefined : shown(real)
    },
  }
  // A copy by spread would lose methods that a class keeps on its prototype.
  return Object.assign(Object.create(reads) as KernelReads, own)
}
