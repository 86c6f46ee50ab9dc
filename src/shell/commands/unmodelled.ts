/** Commands that the lab leaves out on purpose: each says what to do instead. */
import type { Command } from '../process/context.ts'

const INSTEAD: Readonly<Record<string, string>> = {
  tc: 'Queues, delays and losses are not modelled.',
  nft: 'Write the same rules with iptables.',
  ip6tables: 'IPv6 is not modelled.',
  'ip6tables-save': 'IPv6 is not modelled.',
  ebtables: 'Filter bridged frames with VLANs, isolated ports or iptables.',
  arptables: 'See arp_ignore, arp_announce and proxy_arp in sysctl.',
  firewalld: 'Write the rules with iptables.',
  'firewall-cmd': 'Write the rules with iptables.',
  ufw: 'Write the rules with iptables.',
  dhclient: 'Set the address with ip addr add.',
  dhcpcd: 'Set the address with ip addr add.',
  udhcpc: 'Set the address with ip addr add.',
  dnsmasq: 'There is no DHCP and no DNS: set addresses with ip addr add, names in /etc/hosts.',
  docker: 'Build the container as a namespace: ip netns add, a veth pair, and a bridge.',
  podman: 'Build the container as a namespace: ip netns add, a veth pair, and a bridge.',
  kubectl: 'Build the pods as namespaces: ip netns add and veth pairs.',
  calicoctl: 'Build what Calico builds: veth pairs, /32 routes and proxy_arp.',
  virsh: 'Build the VM as a namespace whose NIC is one end of a veth pair.',
  qemu: 'Build the VM as a namespace whose NIC is one end of a veth pair.',
  'qemu-system-x86_64': 'Build the VM as a namespace whose NIC is one end of a veth pair.',
  tunctl: 'Use a veth whose peer is in the VM’s namespace.',
  'ovs-vsctl': 'Use a Linux bridge: ip link add br0 type bridge.',
  ethtool: 'Offloads and speeds are not modelled; see ip -s link for counters.',
  iwconfig: 'Wireless is not modelled: use a veth.',
  iw: 'Wireless is not modelled: use a veth.',
  nmcli: 'Use ip link, ip addr and ip route.',
  netplan: 'Use ip link, ip addr and ip route.',
  systemctl: 'There are no services: start the command itself, with & for the background.',
  service: 'There are no services: start the command itself, with & for the background.',
  insmod: 'Every kind of link that the lab has is there already.',
  apt: 'Every command that the lab has is there already.',
  'apt-get': 'Every command that the lab has is there already.',
  yum: 'Every command that the lab has is there already.',
  dnf: 'Every command that the lab has is there already.',
  apk: 'Every command that the lab has is there already.',
  ssh: 'Open a terminal on the other machine instead.',
  scp: 'Machines have no shared files: write the file on the other machine.',
  curl: 'Use nc to talk to a port.',
  wget: 'Use nc to talk to a port.',
  dig: 'There is no DNS: put names into /etc/hosts.',
  nslookup: 'There is no DNS: put names into /etc/hosts.',
  host: 'There is no DNS: put names into /etc/hosts.',
  wireshark: 'Open the Packets panel, or save the capture as a file.',
  tshark: 'Use tcpdump, or the Packets panel.',
  iperf: 'Throughput is not modelled.',
  iperf3: 'Throughput is not modelled.',
  vi: 'Write files with cat <<EOF > FILE.',
  vim: 'Write files with cat <<EOF > FILE.',
  nano: 'Write files with cat <<EOF > FILE.',
  python: 'Only the lab’s own commands run here.',
  python3: 'Only the lab’s own commands run here.',
}

/** A command that explains itself and fails, or undefined for a name that nobody knows. */
export function unmodelledCommand(name: string): Command | undefined {
  const instead = INSTEAD[name]
  if (instead === undefined) return undefined
  return { name, summary: instead, run: async (ctx) => ctx.fail(`${name}: not part of vethlab. ${instead}`, 127) }
}
