# The machines of the report on ipvlan: the host on its LAN, another machine there, the gateway, and what lies beyond.
#== lan66
ip netns add switch
ip netns add host
ip netns add lan66
ip netns add gw
ip -n switch link set lo up
ip -n host link set lo up
ip -n lan66 link set lo up
ip -n gw link set lo up
ip netns exec host sysctl -w net.ipv4.conf.all.rp_filter=2
ip -n switch link add sw type bridge
ip -n switch link set sw up
ip -n host link add eno2 type veth peer name p58 netns switch
ip -n switch link set p58 master sw
ip -n switch link set p58 up
ip -n host addr add 10.138.36.58/23 dev eno2
ip -n host link set eno2 up
ip -n host route add default via 10.138.36.1 dev eno2
ip -n lan66 link add eno1 type veth peer name p66 netns switch
ip -n switch link set p66 master sw
ip -n switch link set p66 up
ip -n lan66 addr add 10.138.36.66/23 dev eno1
ip -n lan66 link set eno1 up
ip -n lan66 route add default via 10.138.36.1 dev eno1
ip -n gw link add eth0 type veth peer name p1 netns switch
ip -n switch link set p1 master sw
ip -n switch link set p1 up
ip -n gw addr add 10.138.36.1/23 dev eth0
ip -n gw link set eth0 up
ip netns exec gw sysctl -w net.ipv4.ip_forward=1
#== lan55
ip netns add switch
ip netns add host
ip netns add lan55
ip netns add gw
ip -n switch link set lo up
ip -n host link set lo up
ip -n lan55 link set lo up
ip -n gw link set lo up
ip netns exec host sysctl -w net.ipv4.conf.all.rp_filter=2
ip -n switch link add sw type bridge
ip -n switch link set sw up
ip -n host link add eno2 type veth peer name p58 netns switch
ip -n switch link set p58 master sw
ip -n switch link set p58 up
ip -n host addr add 10.138.36.58/23 dev eno2
ip -n host link set eno2 up
ip -n host route add default via 10.138.36.1 dev eno2
ip -n lan55 link add eno1 type veth peer name p55 netns switch
ip -n switch link set p55 master sw
ip -n switch link set p55 up
ip -n lan55 addr add 10.138.36.55/23 dev eno1
ip -n lan55 link set eno1 up
ip -n lan55 route add default via 10.138.36.1 dev eno1
ip -n gw link add eth0 type veth peer name p1 netns switch
ip -n switch link set p1 master sw
ip -n switch link set p1 up
ip -n gw addr add 10.138.36.1/23 dev eth0
ip -n gw link set eth0 up
ip netns exec gw sysctl -w net.ipv4.ip_forward=1
#== internet-110
ip netns add internet
ip -n internet link set lo up
ip -n gw link add wan type veth peer name eth0 netns internet
ip -n gw addr add 203.0.113.2/24 dev wan
ip -n internet addr add 203.0.113.1/24 dev eth0
ip -n gw link set wan up
ip -n internet link set eth0 up
ip -n internet addr add 110.242.68.66/32 dev lo
ip -n gw route add default via 203.0.113.1 dev wan
ip netns exec gw iptables -t nat -A POSTROUTING -s 10.138.36.0/23 -o wan -j MASQUERADE
#== internet-39
ip netns add internet
ip -n internet link set lo up
ip -n gw link add wan type veth peer name eth0 netns internet
ip -n gw addr add 203.0.113.2/24 dev wan
ip -n internet addr add 203.0.113.1/24 dev eth0
ip -n gw link set wan up
ip -n internet link set eth0 up
ip -n internet addr add 39.156.66.10/32 dev lo
ip -n gw route add default via 203.0.113.1 dev wan
ip netns exec gw iptables -t nat -A POSTROUTING -s 10.138.36.0/23 -o wan -j MASQUERADE
#== unicast-mac

ip -n host link set eno2 address b8:6b:8c:89:88:22
#== router-66
ip netns exec lan66 sysctl -w net.ipv4.ip_forward=1
ip netns exec lan66 iptables -P FORWARD DROP
#== lan66-route
ip -n lan66 route add 192.168.9.0/24 via 10.138.36.58 dev eno1
