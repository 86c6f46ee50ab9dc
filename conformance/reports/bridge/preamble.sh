# The machine of the report on the bridge: its NAT uplink and its host-only network, whose other end is the machine outside.
#== uplinks
ip netns add host
ip netns add gw57
ip netns add nat
ip -n host link set lo up
ip -n gw57 link set lo up
ip -n nat link set lo up
ip -n host link add enp0s3 type veth peer name eth0 netns nat
ip -n host addr add 10.0.2.15/24 dev enp0s3
ip -n nat addr add 10.0.2.2/24 dev eth0
ip -n host link set enp0s3 up
ip -n nat link set eth0 up
ip -n host route add default via 10.0.2.2 dev enp0s3
ip -n host link add enp0s9 type veth peer name vboxnet1 netns gw57
ip -n gw57 addr add 192.168.57.1/24 dev vboxnet1
ip -n host link set enp0s9 up
ip -n gw57 link set vboxnet1 up
#== reflecting-uplinks
ip netns add host
ip netns add gw57
ip netns add nat
ip -n host link set lo up
ip -n gw57 link set lo up
ip -n nat link set lo up
ip -n host link add enp0s3 type veth peer name eth0 netns nat
ip -n host addr add 10.0.2.15/24 dev enp0s3
ip -n nat addr add 10.0.2.2/24 dev eth0
ip -n host link set enp0s3 up
ip -n nat link set eth0 up
ip -n host route add default via 10.0.2.2 dev enp0s3
ip netns add vboxnet
ip -n vboxnet link set lo up
ip -n vboxnet link add vb type bridge
ip -n vboxnet link set vb up
ip -n host link add enp0s9 type veth peer name pv netns vboxnet
ip -n gw57 link add vboxnet1 type veth peer name pm netns vboxnet
ip -n vboxnet link set pv master vb
ip -n vboxnet link set pm master vb
ip -n vboxnet link set pv up
ip -n vboxnet link set pm up
ip -n gw57 addr add 192.168.57.1/24 dev vboxnet1
ip -n gw57 link set vboxnet1 up
ip -n host link set enp0s9 up
bridge -n vboxnet link set dev pv hairpin on
