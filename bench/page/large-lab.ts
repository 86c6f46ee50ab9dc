// A lab of 200 machines and 600 interfaces as a script: groups of a switch and four hosts, each host with a macvlan child,
// and the switches in a ring.

const GROUPS = 40
const HOSTS = 4

export const LARGE_LAB = { machines: GROUPS * (HOSTS + 1), interfaces: GROUPS * (HOSTS * 3 + 3) } as const

/** The script, as somebody would paste it. */
export function largeLab(): string {
  const lines = ['#%% vethlab 1', '#%% title "200 machines, 600 interfaces"']
  for (let group = 0; group < GROUPS; group++) lines.push(...groupLines(group))
  for (let group = 0; group < GROUPS; group++) lines.push(...uplinkLines(group))
  return `${lines.join('\n')}\n`
}

function groupLines(group: number): readonly string[] {
  const hub = `sw${group}`
  const lines = [`ip netns add ${hub}`, `ip -n ${hub} link add br0 type bridge`, `ip -n ${hub} link set br0 up`]
  for (let host = 0; host < HOSTS; host++) {
    const name = `h${group}-${host}`
    lines.push(
      `ip netns add ${name}`,
      `ip -n ${hub} link add p${host} type veth peer name eth0 netns ${name}`,
      `ip -n ${hub} link set p${host} master br0 up`,
      `ip -n ${name} addr add 10.${group}.0.${host + 1}/24 dev eth0`,
      `ip -n ${name} link set eth0 up`,
      `ip -n ${name} link add mac0 link eth0 type macvlan mode bridge`,
    )
  }
  return lines
}

function uplinkLines(group: number): readonly string[] {
  const [hub, next] = [`sw${group}`, `sw${(group + 1) % GROUPS}`]
  return [`ip -n ${hub} link add up0 type veth peer name down0 netns ${next}`, `ip -n ${hub} link set up0 up`]
}
