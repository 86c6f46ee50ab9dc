# An isolated port is isolated from itself too: hairpin sends nothing back by it.
ip netns add host
ip netns add ns1
ip netns add ns2
ip -n host link set lo up
ip -n ns1 link set lo up
ip -n ns2 link set lo up
ip -n host link add br0 address 02:00:00:00:00:b0 type bridge
ip -n host link set br0 up
ip -n host link add p1 type veth peer name eth0 netns ns1
ip -n host link add p2 type veth peer name eth0 netns ns2
ip -n host link set p1 master br0
ip -n host link set p2 master br0
ip -n host link set p1 up
ip -n host link set p2 up
ip -n ns1 addr add 10.0.0.1/24 dev eth0
ip -n ns2 addr add 10.0.0.2/24 dev eth0
ip -n ns1 link set eth0 up
ip -n ns2 link set eth0 up
bridge -n host link set dev p1 hairpin on
bridge -n host link set dev p1 isolated on
#%% run
ip netns exec ns1 ping -c 1 10.0.0.2
ip netns exec ns2 arping -c 1 -w 1 -I eth0 10.0.0.1
bridge -n host link set dev p1 isolated off
ip netns exec ns1 arping -c 1 -w 1 -I eth0 10.0.0.2
#%% settle 1.5
#%% gap 2.25
