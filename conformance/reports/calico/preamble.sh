# The machines of the report on proxy ARP: two hosts on one LAN, and the gateway that every LAN has.
#== lan
ip netns add hostA
ip netns add hostB
ip netns add gw
ip netns add switch
ip -n hostA link set lo up
ip -n hostB link set lo up
ip -n gw link set lo up
ip -n switch link set lo up
ip -n switch link add sw type bridge
ip -n switch link set sw up
ip -n hostA link add eth0 type veth peer name pA netns switch
ip -n switch link set pA master sw
ip -n switch link set pA up
ip -n hostA addr add 192.168.1.109/24 dev eth0
ip -n hostA link set eth0 up
ip -n hostB link add eth0 type veth peer name pB netns switch
ip -n switch link set pB master sw
ip -n switch link set pB up
ip -n hostB addr add 192.168.1.110/24 dev eth0
ip -n hostB link set eth0 up
ip -n gw link add eth0 type veth peer name pG netns switch
ip -n switch link set pG master sw
ip -n switch link set pG up
ip -n gw addr add 192.168.1.1/24 dev eth0
ip -n gw link set eth0 up
ip -n hostA route add default via 192.168.1.1 dev eth0
ip -n hostB route add default via 192.168.1.1 dev eth0
ip -n gw link add outside type dummy
ip -n gw addr add 8.8.8.8/32 dev outside
ip -n gw link set outside up
ip -n gw route add 10.10.10.10 via 192.168.1.109
ip -n gw route add 10.10.10.20 via 192.168.1.110
