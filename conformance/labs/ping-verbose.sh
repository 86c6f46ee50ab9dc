# ping -v: what ping says of its sockets and of the family of the address before it begins, and the identifier in each answer.
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
ip netns exec a ping -c 1 -W 1 -v 10.0.0.2
ip netns exec a ping -4 -c 1 -W 1 -v 10.0.0.2
ip netns exec a ping -c 1 -W 1 -v -e 77 10.0.0.2
ip netns exec a ping -c 1 -W 1 -v -q 10.0.0.2
ip netns exec a ping -c 1 -W 1 -v -I 10.0.0.1 10.0.0.2
#%% settle 1
