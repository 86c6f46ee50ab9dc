/** Names of well-known ports, a part of /etc/services. */

const SERVICES: Readonly<Record<string, number>> = {
  echo: 7,
  discard: 9,
  ftp: 21,
  ssh: 22,
  telnet: 23,
  smtp: 25,
  domain: 53,
  http: 80,
  pop3: 110,
  ntp: 123,
  imap2: 143,
  snmp: 161,
  bgp: 179,
  https: 443,
  'http-alt': 8080,
}

/** The port of a service's name. */
export function portOfService(name: string): number | undefined {
  return SERVICES[name]
}

/** The name of a port, or undefined. */
export function serviceOfPort(port: number): string | undefined {
  return Object.keys(SERVICES).find((name) => SERVICES[name] === port)
}
