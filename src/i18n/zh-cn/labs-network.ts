// Chinese titles of the labs about addresses, routes, NAT, sockets, whole machines: [title, what it shows].
import type { networkLabs as english } from '../en/labs-network.ts'

export const networkLabs: { readonly [Name in keyof typeof english]: readonly [string, string] } = {
  'calico-no-default-route': [
    'Calico：没有默认路由',
    'hostA 无法路由 169.254.1.1，代理 ARP 因此沉默，容器找不到网关。',
  ],
  'calico-no-proxy-arp': ['Calico：没有代理 ARP', '关闭 proxy_arp，就没有谁替网关 169.254.1.1 应答，ping 失败。'],
  'calico-proxy-arp': [
    'Calico：代理 ARP',
    '网关 169.254.1.1 哪里都不存在：veth 的主机端替它应答，两台主机上的两个容器于是互通。',
  ],
  'calico-slash32': [
    'Calico：/32 地址的容器',
    '与真实的 Calico 相同：一切都经过 169.254.1.1，离开集群的包由 hostA 做 masquerade。',
  ],
  'dummy-and-loopback-addresses': [
    'lo 和 dummy 上的地址',
    '本机经 lo 到达自己的地址，别人从任何接口都能到达；127.0.0.0/8 不出门。',
  ],
  'iptables-drop-reject': ['iptables：DROP 与 REJECT', 'DROP 沉默，REJECT 应答；FORWARD 里的规则与机器自身无关。'],
  'iptables-local-input-output': [
    'iptables：INPUT 与 OUTPUT',
    '针对机器自身的规则。OUTPUT DROP 在包等待 ARP 之前就生效。',
  ],
  'l3bridge-00-network-is-down': ['路由网桥 0：网络未启用', '经过未启用接口的路由会被拒绝：“Network is down”。'],
  'l3bridge-01-no-source-ip': [
    '路由网桥 1：没有源地址',
    '没有地址的机器发 ping：ARP 有应答，但来自 0.0.0.0 的包得不到应答。',
  ],
  'l3bridge-02-proxy-arp-without-source-ip': [
    '路由网桥 2：代理 ARP 需要发送者',
    '来自 0.0.0.0 的请求，无论在哪里开 proxy_arp 都不会应答。',
  ],
  'l3bridge-03-bridge-ip-32': ['路由网桥 3：网桥上的 /32', '网桥替它应答 ARP，但没有地址的机器仍收不到回显。'],
  'l3bridge-04-source-not-routed': [
    '路由网桥 4：源地址来路不对',
    '宿主机会从另一个网桥去往 192.168.1.6：rp_filter=1 时既不应答回显也不应答 ARP。',
  ],
  'l3bridge-05-host-route-back': [
    '路由网桥 5：一条回程主机路由',
    '经 vmbr0 到 192.168.1.6 的路由使源地址有效：ARP 和 ping 都有应答。',
  ],
  'l3bridge-06-ping-other-bridge-ip': [
    '路由网桥 6：另一个网桥的地址',
    'nat0 的地址经 vmbr0 应答；nat0 自己一帧也没看到。',
  ],
  'l3bridge-07-tcp-nc-hello': ['路由网桥 7：TCP 上的 hello', '经 vmbr0 用 TCP 连接 nat0 的地址：hello，然后双方关闭。'],
  'l3bridge-08-proxy-arp-one-side': [
    '路由网桥 8：单边代理 ARP',
    '请求过去了，但对面的机器询问 192.168.1.6 无人应答，所以什么也没回来。',
  ],
  'l3bridge-09-proxy-arp-both-sides': ['路由网桥 9：双边代理 ARP', '现在两台机器都找得到对方，ping 穿过两个网桥。'],
  'l3bridge-10-third-node-no-host-route': [
    '路由网桥 10：第三台机器',
    '它不需要主机路由：主机能路由到的，proxy_arp 都替它应答。',
  ],
  'l3bridge-11-direct-slash0-masquerade': [
    '路由网桥 11：用 ARP 询问整个世界',
    '用“default dev eth0”时每个地址都被询问；vmbr0 全部应答，宿主机做 masquerade。',
  ],
  'l3bridge-12-proxy-arp-off': [
    '路由网桥 12：再关掉代理 ARP',
    '宿主机替自己的地址应答，但没有谁替另一个网桥后面的机器应答。',
  ],
  'l3bridge-13-tcp-across-bridges': [
    '路由网桥 13：TCP 穿越',
    '宿主机路由这条连接；每一端看到的都是自己那边网桥的 MAC。',
  ],
  'link-carrier-told-late': [
    '载波来来去去',
    '帧立刻就过不去；运行状态和路由则由内核的 link watch 通知，最多每秒一次。',
  ],
  'link-down-default-route-lost': ['断开再恢复：默认路由丢了', '直连路由自己回来，默认路由不会。'],
  'link-down-mid-way': ['电缆的另一端断开', '载波丢失，路由还在（linkdown），包无处可去；恢复之后 ping 又通。'],
  'link-move-netns': ['把接口移到另一个命名空间', '到达时是 down 的，地址和路由都没有了。'],
  'link-own-end-down': ['电缆的本端断开', '它的路由和邻居都没了；恢复之后直连路由回来。'],
  'lo-down': ['lo 没有启用', '机器连自己的地址都到不了，也听不到自己的“Destination Host Unreachable”。'],
  'nat-conntrack-icmp-id': [
    'conntrack：两个 ping，一个 id',
    '两台机器以同一 ICMP id 经同一地址 ping 同一目标：第二个换一个 id。',
  ],
  'nat-snat-dnat-udp': ['UDP 的 SNAT 与 DNAT', '出去走 SNAT，进来走 DNAT；应答再翻译回来。'],
  'neigh-deleted-while-asked': ['询问途中删除邻居', '等待该条目的数据包立即得到错误。'],
  'neigh-two-timers-at-once': ['同一时刻的两次探测', '两台路由器在同一时刻探测一台主机：后设置的定时器先触发。'],
  'neigh-failed-host-unreachable': [
    '没有谁有这个地址',
    '每秒一次共三次请求，FAILED，每个等待的包都得到“Destination Host Unreachable”。',
  ],
  'route-blackhole-prohibit-unreachable': [
    'blackhole、prohibit、unreachable',
    '在路由器上 blackhole 沉默，prohibit 和 unreachable 应答；在本机上三者都拒绝。',
  ],
  'route-broadcast-ping': ['ping 广播地址', '默认无人应答；icmp_echo_ignore_broadcasts=0 的那台会应答。'],
  'route-forward-off': ['不转发的路由器', 'ip_forward=0 时，不是给自己的包默默丢弃；打开之后就转发。'],
  'route-forward-ttl-exceeded': ['TTL 与 traceroute', '存活时间在路上用尽，每个路由器依次应答：用 UDP 和用 ICMP。'],
  'route-mtu-lock-and-no-pmtu-disc': [
    '不做路径 MTU 发现',
    '锁定的 MTU 和 ip_no_pmtu_disc 使数据包不带 DF：路由器把它切开而不是拒绝。',
  ],
  'route-frag-needed-mtu': [
    '路上有更小的 MTU',
    '带“don’t fragment”时路由器应答“Frag needed”，发送者记住；不带时包会被分片。',
  ],
  'route-gateway-onlink': ['网关不在自己的子网里', '直接加会被拒绝；先有到它的主机路由，或用“onlink”，就能接受。'],
  'route-icmp-redirect': ['ICMP 重定向', '网关把包转给发送者的另一个邻居，并告诉发送者：下一个包直接去那里。'],
  'route-local-weak-host': ['另一个接口的地址', '不转发的机器也替自己另一侧的地址应答：Linux 是弱主机模型。'],
  'route-longest-prefix-and-metric': ['哪条路由胜出', '先是最长前缀，再是最小 metric；那条没了就用下一条。'],
  'route-martian-source': [
    '火星源地址（martian）',
    '源地址是接收者自己的地址：ARP 和 ping 都不应答，直到 accept_local=1。',
  ],
  'route-nexthop-objects': [
    'ip nexthop：带编号的下一跳',
    '路由用编号指明下一跳：下一跳被替换，路由跟着走；线缆断开，路由随它一起消失。',
  ],
  'route-no-route': ['没有路由', '发送者自己立即拒绝；路由器则应答“Destination Net Unreachable”。'],
  'route-policy-by-content': [
    '按协议和端口的策略路由',
    '查看数据包内容的规则，以及会跳转的规则：ping 和 traceroute 走不同的路由器。',
  ],
  'route-policy-rule-and-tables': ['策略路由', '一条按源地址的规则，让两个发送者之一走另一个网关。'],
  'route-rp-filter': ['rp_filter：宽松与严格', '包进来的接口并不通往它的源地址：宽松模式接受，严格模式丢弃。'],
  'ping-verbose': ['ping -v：套接字与标识符', 'ping 打开了什么、选了哪个地址族，以及它凭哪个标识符认出自己的应答。'],
  'tools-odd-words': [
    '工具在少见情形下的说法',
    '给启用中的接口改名、经环回和到组地址的路由、从第 2 跳开始的 traceroute。',
  ],
  'route-two-routers': ['两台机器之间的两个路由器', '每一跳解析自己的邻居：MAC 变，IP 不变，TTL 减二。'],
  'tcp-closed-port-rst': ['连接关闭的 TCP 端口', 'SYN，RST：“Connection refused”。'],
  'tcp-hello': ['TCP：握手、hello、关闭', '两个邻居之间的一条完整连接，一段一段地看。'],
  'udp-closed-port-unreachable': ['发往关闭的 UDP 端口', '得到的是 ICMP port unreachable。'],
  'udp-nc-hello': ['UDP：一个数据报', '发往打开的端口，没有应答；它和别的包一样要等 ARP。'],
  'veth-one-end-down': ['电缆只有一端启用', 'NO-CARRIER，包白白等待。'],
  'vlan-basic': ['一根电缆上的 VLAN', '线上带标签，VLAN 接口上不带；无标签的网络与它并存。'],
  'vlan-parent-down': ['VLAN：父接口断开', 'VLAN 接口跟着断开。恢复后载波和路由回来，默认路由却丢了。'],
  'vlan-qinq': ['QinQ：VLAN 里的 VLAN', '外层 802.1ad，内层 802.1Q：线上两个标签，外层 VLAN 接口上一个。'],
  'vlan-rules': ['VLAN：什么是允许的', 'VLAN 接口从父接口取什么，何时被拒绝，怎样跟随父接口。'],
  'vlan-unknown-vid': ['VLAN 编号对不上', '帧带着那边谁也不要的标签到达。'],
}
