import { labNames } from './labs.ts'

/** Labs that may still differ from Linux; each with its reason in a comment. All others must be the same. */
const NOT_YET: readonly string[] = []

/** The labs that must be the same as on Linux now. */
export const MUST_BE_SAME: readonly string[] = labNames().filter((name) => !NOT_YET.includes(name))

/** The labs on which everything stands: causes, explanations and determinism are checked on each of these. */
export const FIRST_LABS: readonly string[] = [
  'arp-basics',
  'bridge-basic-two-containers',
  'bridge-ip-on-host',
  'calico-no-default-route',
  'calico-no-proxy-arp',
  'calico-proxy-arp',
  'l3bridge-00-network-is-down',
  'l3bridge-01-no-source-ip',
  'l3bridge-02-proxy-arp-without-source-ip',
  'l3bridge-03-bridge-ip-32',
  'l3bridge-04-source-not-routed',
  'l3bridge-05-host-route-back',
  'l3bridge-06-ping-other-bridge-ip',
  'l3bridge-08-proxy-arp-one-side',
  'l3bridge-09-proxy-arp-both-sides',
  'l3bridge-10-third-node-no-host-route',
  'neigh-failed-host-unreachable',
  'route-forward-off',
  'route-no-route',
  'route-two-routers',
]
