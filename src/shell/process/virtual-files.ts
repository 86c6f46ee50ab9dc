/** /proc/net and /sys/class/net: what scripts read to learn about interfaces, and the few attributes that they write. */
import type { KernelReads, NetnsId } from '../../kernel/api.ts'
import { procNetFile } from './proc-net.ts'
import { linkFile } from './sysfs.ts'

export { netClassLink, writeNetClassFile } from './sysfs.ts'

/** The content of a file below /proc/net or /sys/class/net, or undefined. */
export function netClassFile(reads: KernelReads, netns: NetnsId, path: string): string | undefined {
  const procName = /^\/proc\/(?:self\/)?net\/(.+)$/.exec(path)?.[1]
  return procName === undefined ? linkFile(reads, netns, path) : procNetFile(reads, netns, procName)
}
