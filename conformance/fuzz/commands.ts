/** How a lab writes its commands: the command before the namespace's part, as the labs of this folder's parent do. */

export const ip = (ns: string, rest: string): string => `ip -n ${ns} ${rest}`
export const bridge = (ns: string, rest: string): string => `bridge -n ${ns} ${rest}`
export const run = (ns: string, command: string): string => `ip netns exec ${ns} ${command}`
/** `key` is what follows `net.ipv4.`; a dot in a device's name is written as a slash, as sysctl wants it. */
export const sysctl = (ns: string, key: string, value: number): string => run(ns, `sysctl -w net.ipv4.${key}=${value}`)
export const confKey = (dev: string, name: string): string => `conf.${dev.replaceAll('.', '/')}.${name}`
export const neighKey = (dev: string, name: string): string => `neigh.${dev.replaceAll('.', '/')}.${name}`
/** A ping that gives up after a second; `options` come before the address. */
export const ping = (ns: string, address: string, options = ''): string =>
  run(ns, `ping -c 1 -W 1 ${options === '' ? '' : `${options} `}${address}`)
export const arping = (ns: string, dev: string, address: string, options = ''): string =>
  run(ns, `arping -c 1 -w 1 ${options === '' ? '' : `${options} `}-I ${dev} ${address}`)
