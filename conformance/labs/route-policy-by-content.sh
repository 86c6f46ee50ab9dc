# Rules that look at the protocol and its ports, and rules that jump: ping and traceroute leave by different routers.
ip netns add a
ip netns add r1
ip netns add r2
ip netns add b
ip -n a link set lo up
ip -n b link set lo up
ip -n a link add eth0 type veth peer name eth0 netns r1
ip -n a link add eth1 type veth peer name eth0 netns r2
ip -n r1 link add eth1 type veth peer name eth0 netns b
ip -n r2 link add eth1 type veth peer name eth1 netns b
ip -n a link set eth0 up
ip -n a link set eth1 up
ip -n r1 link set eth0 up
ip -n r1 link set eth1 up
ip -n r2 link set eth0 up
ip -n r2 link set eth1 up
ip -n b link set eth0 up
ip -n b link set eth1 up
ip -n a addr add 10.1.0.1/24 dev eth0
ip -n a addr add 10.2.0.1/24 dev eth1
ip -n r1 addr add 10.1.0.254/24 dev eth0
ip -n r2 addr add 10.2.0.254/24 dev eth0
ip -n r1 addr add 10.3.0.254/24 dev eth1
ip -n r2 addr add 10.4.0.254/24 dev eth1
ip -n b addr add 10.3.0.1/24 dev eth0
ip -n b addr add 10.4.0.1/24 dev eth1
ip -n b addr add 192.0.2.1/32 dev lo
ip netns exec r1 sysctl -w net.ipv4.ip_forward=1
ip netns exec r2 sysctl -w net.ipv4.ip_forward=1
ip -n r1 route add 192.0.2.0/24 via 10.3.0.1
ip -n r2 route add 192.0.2.0/24 via 10.4.0.1
ip -n b route add 10.1.0.0/24 via 10.3.0.254
ip -n b route add 10.2.0.0/24 via 10.4.0.254
ip -n a route add 192.0.2.0/24 via 10.1.0.254
ip -n a route add 192.0.2.0/24 via 10.2.0.254 table 10
#%% run
ip netns exec a ping -c 1 192.0.2.1
ip -n a rule add pref 300 ipproto icmp lookup 10
ip netns exec a ping -c 1 192.0.2.1
ip netns exec a ping -c 1 -I 10.2.0.1 192.0.2.1
ip -n a rule add pref 100 to 192.0.2.0/24 goto 400
ip -n a rule
ip netns exec a ping -c 1 -I 10.2.0.1 192.0.2.1
ip -n a rule add pref 400 nop
ip -n a rule
ip netns exec a ping -c 1 192.0.2.1
ip -n a rule del pref 100
ip -n a rule add pref 301 ipproto udp dport 33434-33500 lookup 10
ip netns exec a traceroute -n -q 1 -w 1 192.0.2.1
ip -n a route get 192.0.2.1
ip -n a route get 192.0.2.1 ipproto udp dport 33435
ip -n a -j rule
#%% settle 2
