/** Namespaces as /proc shows them: by the process that is in one, and for how long one without a name lives. */
import { strerror } from '../../contract/errno.ts'
import type { NetnsId } from '../../kernel/api.ts'
import type { ProcessContext } from './context.ts'
import type { Program } from './runner.ts'

/** The namespace of a process, or undefined when there is none with that number. Process 1 is the machine's own. */
export function netnsOfPid(ctx: ProcessContext, pid: number): NetnsId | undefined {
  if (pid === 1) return ctx.machine.netns
  return ctx.runner.process(pid)?.netns
}

/** The namespace that a path stands for: /run/netns/NAME or the bare name, or /proc/PID/ns/net with a number or `self`. */
export function netnsOfPath(ctx: ProcessContext, path: string): NetnsId | undefined {
  const name = /^(?:\/(?:var\/)?run\/netns\/)?([^/]+)$/.exec(path)?.[1]
  if (name !== undefined) return ctx.read.netnsByName(name)
  const process = /^\/proc\/(self|\d+)\/ns\/net$/.exec(path)?.[1]
  if (process === undefined) return undefined
  return process === 'self' ? ctx.netns : netnsOfPid(ctx, Number(process))
}

/** The inode of the first namespace of a lab; each has the next. Linux: PROC_NET_INIT_INO and proc_alloc_inum. */
const FIRST_INODE = 4_026_531_840

/** What `readlink /proc/PID/ns/net` prints. */
export function netnsLink(netns: NetnsId): string {
  return `net:[${FIRST_INODE + netns - 1}]`
}

/** Runs a program in a namespace, in this process. */
export async function runInNetns(
  ctx: ProcessContext,
  netns: NetnsId,
  program: Program,
  args: readonly string[],
): Promise<number> {
  const outer = ctx.process.netns
  ctx.process.netns = netns
  try {
    return await program(ctx.with({ netns, args }))
  } finally {
    ctx.process.netns = outer
    releaseNetns(ctx, netns)
  }
}

/** Lets a namespace without a name go when no process is in it any more, now or as soon as the last one ends. */
function releaseNetns(ctx: ProcessContext, netns: NetnsId): void {
  if (!ctx.read.isAnonymousNetns(netns)) return
  const inside = ctx.runner.processes.find((process) => process.netns === netns)
  if (inside === undefined) ctx.call({ kind: 'netns.release', netns })
  else inside.onEnd.push(() => releaseNetns(ctx, netns))
}

/** Puts a name for a namespace into /run/netns; gives what `ip netns attach` says where it can't. */
export function nameNetns(ctx: ProcessContext, netns: NetnsId, name: string): string | undefined {
  if (ctx.machine.visible !== undefined)
    return 'ip netns attach: a machine’s namespaces are fixed when it is made; name one on the bench.'
  const result = ctx.call({ kind: 'netns.name', netns, name })
  if (result.ok) return undefined
  if (result.error.errno === 'EBUSY') return 'ip netns attach: a namespace with a name gets no other one in vethlab.'
  return `Cannot create namespace file "/run/netns/${name}": ${strerror(result.error.errno)}`
}
