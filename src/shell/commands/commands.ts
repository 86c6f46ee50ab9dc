/** Every command but the shell itself. */
import type { Command } from '../process/context.ts'
import { arp } from './arp.ts'
import { bridge } from './bridge/bridge.ts'
import { ip } from './ip/ip.ts'
import { ping } from './ping/ping.ts'
import { route } from './route.ts'
import { sleep } from './sleep.ts'
import { sysctl } from './sysctl.ts'
import { env, nice, nohup, nsenter, setsid, stdbuf, sudo, timeout } from './wrappers.ts'

export const COMMANDS: readonly Command[] = [
  ip,
  bridge,
  sysctl,
  ping,
  arp,
  route,
  sleep,
  sudo,
  env,
  timeout,
  nsenter,
  nice,
  nohup,
  setsid,
  stdbuf,
]
