# A neighbour that is deleted while it is asked for: what waits for it gets its error at once.
ip netns add a
ip netns add b
ip -n a link set lo up
ip -n b link set lo up
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
#%% run
ip netns exec a ping -c 1 -W 1 10.0.0.9
ip -n a neigh del 10.0.0.9 dev eth0
ip -n a neigh
ip netns exec a ping -c 1 -W 1 10.0.0.8
ip -n a -s neigh flush dev eth0
ip -n a neigh add 10.0.0.7 lladdr 02:00:00 dev eth0
ip -n a neigh add 10.0.0.7 lladdr 02:00:00:00:00:07:08 dev eth0
ip -n a neigh
#%% settle 1.5
#%% gap 2.25
