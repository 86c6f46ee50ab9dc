# The machines of the report on the layer 3 bridge: a host with two bridges, a VM on each, and the network beyond.
#== bridge-and-vm
ip netns add host
ip netns add node2n2
ip -n host link set lo up
ip -n node2n2 link set lo up
ip -n host link add vmbr0 type bridge
ip -n host link add vnet1 type veth peer name eth0 netns node2n2
ip -n host link set vnet1 master vmbr0
ip -n host link set vmbr0 up
ip -n host link set vnet1 up
#== two-bridges
ip netns add host
ip netns add node1n1
ip netns add node2n2
ip -n host link set lo up
ip -n node1n1 link set lo up
ip -n node2n2 link set lo up
ip -n host link add nat0 type bridge
ip -n host link add vmbr0 type bridge
ip -n host link add vnet0 type veth peer name eth0 netns node1n1
ip -n host link add vnet1 type veth peer name eth0 netns node2n2
ip -n host link set vnet0 master nat0
ip -n host link set vnet1 master vmbr0
ip -n host link set nat0 up
ip -n host link set vmbr0 up
ip -n host link set vnet0 up
ip -n host link set vnet1 up
ip -n host addr add 192.168.1.2/24 dev nat0
ip netns exec host sysctl -w net.ipv4.ip_forward=1
ip netns exec host sysctl -w net.ipv4.conf.all.rp_filter=1
#== wlan
ip netns add gw
ip -n gw link set lo up
ip -n host link add wlan0 type veth peer name eth0 netns gw
ip -n host addr add 192.168.100.56/24 dev wlan0
ip -n gw addr add 192.168.100.1/24 dev eth0
ip -n host link set wlan0 up
ip -n gw link set eth0 up
ip -n host route add default via 192.168.100.1 dev wlan0
#== vm-on-nat0
ip -n node1n1 addr add 192.168.1.1/24 dev eth0
ip -n node1n1 link set eth0 up
ip netns exec node1n1 sysctl -w net.ipv4.ip_forward=1
#== third-vm
ip netns add node1n3
ip -n node1n3 link set lo up
ip -n host link add vnet2 type veth peer name eth0 netns node1n3
ip -n host link set vnet2 master nat0
ip -n host link set vnet2 up
ip -n node1n3 addr add 192.168.1.80/24 dev eth0
ip -n node1n3 link set eth0 up
#== wlan-43
ip netns add gw
ip -n gw link set lo up
ip -n host link add wlan0 type veth peer name eth0 netns gw
ip -n host addr add 192.168.43.108/24 dev wlan0
ip -n gw addr add 192.168.43.1/24 dev eth0
ip -n host link set wlan0 up
ip -n gw link set eth0 up
ip -n host route add default via 192.168.43.1 dev wlan0
ip -n gw link add outside type dummy
ip -n gw addr add 180.149.132.47/32 dev outside
ip -n gw link set outside up
ip netns exec host iptables -t nat -A POSTROUTING -s 192.168.0.0/16 ! -d 192.168.0.0/16 -j MASQUERADE
