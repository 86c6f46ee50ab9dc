// The smallest lab in which something is sent.

/** Two hosts on one cable: a (10.0.0.1/24) and b (10.0.0.2/24). */
export const PAIR_LAB = `# Two hosts on one cable.
ip netns add a
ip netns add b
ip -n a link add eth0 type veth peer name eth0 netns b
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n b addr add 10.0.0.2/24 dev eth0
ip -n a link set eth0 up
ip -n b link set eth0 up
`
