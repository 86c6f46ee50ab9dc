/** What the twists of the wide suite have in common. */
import { ip, run } from '../../commands.ts'
import type { Draw } from '../../draw.ts'
import type { Host, LabPlan, RouterPlan } from '../../plan.ts'

export interface Crossing {
  readonly from: Host
  readonly to: Host
  /** The router that the asker meets first, or one of them. */
  readonly router: RouterPlan
}

/** The first question that a person would ask across a router. */
export function crossing(lab: LabPlan, draw?: Draw): Crossing {
  const [pair] = lab.pairs
  const [router] = draw === undefined ? lab.routers : draw.shuffle(lab.routers)
  if (pair === undefined || router === undefined) throw new Error('this twist needs a router')
  return { ...pair, router }
}

/** Several requests, each as an own packet, `everyS` seconds apart. */
export const pings = (ns: string, address: string, count: number, everyS: number, options = ''): string =>
  run(ns, `ping -c ${count} -i ${everyS} -W 1 ${options === '' ? '' : `${options} `}${address}`)

export const udp = (ns: string, address: string, port: number, options = ''): string =>
  `echo hello | ${run(ns, `nc -u -w 1 ${options === '' ? '' : `${options} `}${address} ${port}`)}`

export const knock = (ns: string, address: string, port: number, options = '-z -v -w 1'): string =>
  run(ns, `nc ${options} ${address} ${port}`)

/** Some of the commands in a random order, all in one namespace. */
export const someOf = (draw: Draw, count: number, ns: string, commands: readonly string[]): string[] =>
  draw
    .shuffle(commands)
    .slice(0, count)
    .map((command) => ip(ns, command))
