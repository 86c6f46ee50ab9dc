/**
 * What Linux has and the lab leaves out on purpose, with what to do instead: what the command line answers, and what a page can list.
 * Everything that is not named here and not a command of the lab is unknown to both.
 */

export type UnmodelledGroup = 'traffic' | 'firewall' | 'names' | 'machines' | 'links' | 'configuration' | 'programs'

export interface UnmodelledCommand {
  readonly name: string
  readonly group: UnmodelledGroup
  readonly instead: string
}

const COMMANDS_BY_GROUP: Readonly<Record<UnmodelledGroup, Readonly<Record<string, string>>>> = {
  traffic: {
    tc: 'Queues, delays and losses are not modelled.',
    bpftool: 'No programs run in the kernel: write rules with iptables.',
    perf: 'The timeline shows what the kernel decides, with its reasons.',
    bpftrace: 'The timeline shows what the kernel decides, with its reasons.',
    dropwatch: 'The timeline shows where each frame died and why.',
    ethtool: 'Offloads and speeds are not modelled; see ip -s link for counters.',
    iperf: 'Throughput is not modelled.',
    iperf3: 'Throughput is not modelled.',
  },
  firewall: {
    nft: 'Write the same rules with iptables.',
    ip6tables: 'IPv6 is not modelled.',
    'ip6tables-save': 'IPv6 is not modelled.',
    ebtables: 'Filter bridged frames with VLANs, isolated ports or iptables.',
    arptables: 'See arp_ignore, arp_announce and proxy_arp in sysctl.',
    firewalld: 'Write the rules with iptables.',
    'firewall-cmd': 'Write the rules with iptables.',
    ufw: 'Write the rules with iptables.',
    ipset: 'Write the addresses into iptables rules one by one.',
    ipvsadm: 'Spread connections with iptables -t nat -j DNAT.',
  },
  names: {
    dhclient: 'Set the address with ip addr add.',
    dhcpcd: 'Set the address with ip addr add.',
    udhcpc: 'Set the address with ip addr add.',
    dnsmasq: 'There is no DHCP and no DNS: set addresses with ip addr add, names in /etc/hosts.',
    dig: 'There is no DNS: put names into /etc/hosts.',
    nslookup: 'There is no DNS: put names into /etc/hosts.',
    host: 'There is no DNS: put names into /etc/hosts.',
    resolvectl: 'There is no DNS: put names into /etc/hosts.',
    getent: 'Names are in /etc/hosts: cat /etc/hosts.',
  },
  machines: {
    docker: 'Build the container as a namespace: ip netns add, a veth pair, and a bridge.',
    podman: 'Build the container as a namespace: ip netns add, a veth pair, and a bridge.',
    ctr: 'Build the container as a namespace: ip netns add, a veth pair, and a bridge.',
    nerdctl: 'Build the container as a namespace: ip netns add, a veth pair, and a bridge.',
    lxc: 'Build the container as a namespace: ip netns add, a veth pair, and a bridge.',
    kubectl: 'Build the pods as namespaces: ip netns add and veth pairs.',
    calicoctl: 'Build what Calico builds: veth pairs, /32 routes and proxy_arp.',
    virsh: 'Build the VM as a namespace whose NIC is one end of a veth pair.',
    qemu: 'Build the VM as a namespace whose NIC is one end of a veth pair.',
    'qemu-system-x86_64': 'Build the VM as a namespace whose NIC is one end of a veth pair.',
    lsns: 'See ip netns list, and ip netns identify PID.',
  },
  links: {
    tunctl: 'Use a veth whose peer is in the VM’s namespace.',
    'ovs-vsctl': 'Use a Linux bridge: ip link add br0 type bridge.',
    'ovs-ofctl': 'Use a Linux bridge: ip link add br0 type bridge.',
    iwconfig: 'Wireless is not modelled: use a veth.',
    iw: 'Wireless is not modelled: use a veth.',
    wg: 'Connect the two hosts with a veth pair: there is no encryption here.',
    'wg-quick': 'Connect the two hosts with a veth pair: there is no encryption here.',
    openvpn: 'Connect the two hosts with a veth pair: there is no encryption here.',
    ifenslave: 'Bonding is not modelled: use a single veth pair.',
    teamd: 'Teaming is not modelled: use a single veth pair.',
    vconfig: 'Use ip link add link DEV name DEV.ID type vlan id ID.',
    iptunnel: 'Use a veth pair for a link between two namespaces.',
    ipmaddr: 'See bridge fdb show for the groups that an interface listens to.',
    rdisc6: 'IPv6 is not modelled.',
    ping6: 'IPv6 is not modelled.',
    traceroute6: 'IPv6 is not modelled.',
  },
  configuration: {
    nmcli: 'Use ip link, ip addr and ip route.',
    netplan: 'Use ip link, ip addr and ip route.',
    networkctl: 'See ip link and ip addr.',
    vtysh: 'There are no routing daemons: write the routes with ip route.',
    birdc: 'There are no routing daemons: write the routes with ip route.',
    systemctl: 'There are no services: start the command itself, with & for the background.',
    service: 'There are no services: start the command itself, with & for the background.',
    journalctl: 'There are no services, so there is no log.',
    dmesg: 'The kernel logs nothing here: drops and their reasons are in the timeline.',
    insmod: 'Every kind of link that the lab has is there already.',
    lsmod: 'Every kind of link that the lab has is there already.',
    rmmod: 'Every kind of link that the lab has is there already.',
    depmod: 'Every kind of link that the lab has is there already.',
    reboot: 'Open the lab again to start anew.',
    apt: 'Every command that the lab has is there already.',
    'apt-get': 'Every command that the lab has is there already.',
    yum: 'Every command that the lab has is there already.',
    dnf: 'Every command that the lab has is there already.',
    apk: 'Every command that the lab has is there already.',
  },
  programs: {
    ssh: 'Open a terminal on the other machine instead.',
    scp: 'Machines have no shared files: write the file on the other machine.',
    curl: 'Use nc to talk to a port.',
    wget: 'Use nc to talk to a port.',
    telnet: 'Use nc to talk to a port.',
    socat: 'Use nc to talk to a port.',
    nmap: 'Try a port with nc -z.',
    hping3: 'Use ping, arping, traceroute or nc.',
    mtr: 'Use traceroute, or ping.',
    tracepath: 'Use traceroute, or ping -M do -s SIZE to find the path MTU.',
    lsof: 'Use ss for sockets.',
    wireshark: 'Open the Packets panel, or save the capture as a file.',
    tshark: 'Use tcpdump, or the Packets panel.',
    dumpcap: 'Use tcpdump, or save the capture as a file in the Packets panel.',
    strace: 'The timeline shows what the kernel does.',
    vi: 'Write files with cat <<EOF > FILE.',
    vim: 'Write files with cat <<EOF > FILE.',
    nano: 'Write files with cat <<EOF > FILE.',
    python: 'Only the lab’s own commands run here.',
    python3: 'Only the lab’s own commands run here.',
    perl: 'Only the lab’s own commands run here.',
  },
}

/** Commands that answer what to do instead. */
export const UNMODELLED_COMMANDS: readonly UnmodelledCommand[] = Object.entries(COMMANDS_BY_GROUP).flatMap(
  ([group, commands]) =>
    Object.entries(commands).map(([name, instead]) => ({ name, group: group as UnmodelledGroup, instead })),
)

/** Kinds of link that `ip link add … type` refuses, with what to use instead. */
export const UNMODELLED_LINK_KINDS: Readonly<Record<string, string>> = {
  vxlan: 'Connect the two hosts with a veth pair to see the same bridging.',
  bond: 'Use a single veth pair.',
  team: 'Use a single veth pair.',
  tun: 'Use a veth pair.',
  tap: 'Use a veth whose peer is in the VM’s namespace.',
  macvtap: 'Use a macvlan in the VM’s namespace.',
  ipvtap: 'Use an ipvlan in the VM’s namespace.',
  vrf: 'Use a namespace, or `ip rule` with a table of its own.',
  ifb: 'Traffic control is not modelled.',
  wireguard: 'Connect the two hosts with a veth pair.',
  gre: 'Connect the two hosts with a veth pair.',
  ipip: 'Connect the two hosts with a veth pair.',
  sit: 'Connect the two hosts with a veth pair.',
  geneve: 'Connect the two hosts with a veth pair.',
  gretap: 'Connect the two hosts with a veth pair.',
  vti: 'Connect the two hosts with a veth pair.',
  macsec: 'Frames are not encrypted here.',
  nlmon: 'See the timeline, or ip monitor.',
  vcan: 'There is no CAN bus here.',
  bareudp: 'Connect the two hosts with a veth pair.',
  xfrm: 'There is no IPsec here.',
  netdevsim: 'Use a dummy.',
  hsr: 'Use two veth pairs and a bridge with stp_state 1.',
  batadv: 'Use a bridge.',
}

/** What no command stands for: parts of networking that the lab has nothing of. */
export const UNMODELLED_TOPICS: readonly { readonly topic: string; readonly instead: string }[] = [
  { topic: 'IPv6', instead: 'Addresses, routes and neighbours are IPv4 alone; net.ipv6 has no keys.' },
  { topic: 'DNS', instead: 'Names stand in /etc/hosts of each machine.' },
  { topic: 'DHCP', instead: 'Addresses are set with ip addr add.' },
  {
    topic: 'Queues, delay and loss',
    instead: 'A link carries every frame at once; limits of rate and size of queues are not modelled.',
  },
  { topic: 'Offloads', instead: 'Segments are cut where they are sent, and checksums are always whole.' },
  { topic: 'IPsec, WireGuard, tunnels', instead: 'Two hosts are connected with a veth pair.' },
  { topic: 'VRF and l3mdev', instead: 'A namespace, or ip rule with a table of its own, does the same.' },
  { topic: 'Multicast', instead: 'Bridges flood groups, and no router forwards them.' },
  { topic: 'eBPF and XDP', instead: 'Programs in the kernel are not modelled; iptables and routes decide.' },
  { topic: 'Routing daemons', instead: 'Routes are those that commands write.' },
]
