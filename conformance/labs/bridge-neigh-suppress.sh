# neigh_suppress: a bridge keeps ARP off a port as far as it knows the answer; it answers probes too, and floods what it does not know.
ip netns add host
ip netns add a
ip netns add b
ip netns add c
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
ip -n host link add vc type veth peer name eth0 netns c
ip -n host link set vc master br0
ip -n host link set vc up
ip -n c addr add 10.0.0.3/24 dev eth0
ip -n c link set eth0 up
ip -n host link set vb type bridge_slave neigh_suppress on
#%% run
ip netns exec a arping -D -c 1 -w 1 -I eth0 10.0.0.2
ip netns exec a arping -D -c 1 -w 1 -I eth0 10.0.0.77
ip netns exec a arping -U -c 1 -w 1 -I eth0 10.0.0.1
ip netns exec host ping -c 1 10.0.0.2
ip netns exec a arping -D -c 1 -w 1 -I eth0 10.0.0.2
ip netns exec a arping -c 1 -w 1 -I eth0 10.0.0.2
ip netns exec a arping -c 1 -w 1 -I eth0 10.0.0.9
ip netns exec b arping -D -c 1 -w 1 -I eth0 10.0.0.1
ip netns exec a ping -c 1 10.0.0.2
#%% settle 2
