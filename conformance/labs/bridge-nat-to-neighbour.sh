# br_netfilter: bridged packets get another destination: a neighbour that is not known yet, another network and the bridge itself.
ip netns add host
ip netns add a
ip netns add b
ip netns add far
ip -n host link set lo up
ip -n a link set lo up
ip -n b link set lo up
ip -n far link set lo up
modprobe br_netfilter
ip netns exec host sysctl -w net.bridge.bridge-nf-call-iptables=1
ip netns exec host sysctl -w net.ipv4.ip_forward=1
ip -n host link add br0 type bridge
ip -n host addr add 10.0.0.9/24 dev br0
ip -n host link set br0 up
ip -n host link add va type veth peer name eth0 netns a
ip -n host link set va master br0
ip -n host link set va up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a link set eth0 up
ip -n host link add vb type veth peer name eth0 netns b
ip -n host link set vb master br0
ip -n host link set vb up
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n b link set eth0 up
ip -n host link add eth1 type veth peer name eth0 netns far
ip -n host addr add 192.168.5.1/24 dev eth1
ip -n host link set eth1 up
ip -n far addr add 192.168.5.2/24 dev eth0
ip -n far link set eth0 up
ip -n far route add default via 192.168.5.1
ip -n a neigh add 10.0.0.97 lladdr 02:00:00:00:00:97 dev eth0
ip -n a neigh add 10.0.0.98 lladdr 02:00:00:00:00:98 dev eth0
ip -n a neigh add 10.0.0.99 lladdr 02:00:00:00:00:99 dev eth0
ip netns exec host iptables -t nat -A PREROUTING -d 10.0.0.99 -j DNAT --to-destination 10.0.0.2
ip netns exec host iptables -t nat -A PREROUTING -d 10.0.0.98 -j DNAT --to-destination 192.168.5.2
ip netns exec host iptables -t nat -A PREROUTING -d 10.0.0.97 -j DNAT --to-destination 10.0.0.9
#%% run
ip netns exec a ping -c 1 -W 1 10.0.0.99
ip -n host neigh
ip netns exec a ping -c 1 -W 1 10.0.0.99
ip netns exec a ping -c 1 -W 1 10.0.0.98
ip netns exec a ping -c 1 -W 1 10.0.0.97
#%% settle 7
