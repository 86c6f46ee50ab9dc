# What a carrier that comes or goes does at once, and what the rest of the machine is told only a second later.
ip netns add a
ip netns add sw
ip netns add b
ip -n sw link add br0 type bridge
ip -n sw addr add 10.0.0.254/24 dev br0
ip -n sw link set br0 up
ip -n sw link add p1 address 02:00:00:00:01:01 type veth peer name eth0 address 02:00:00:00:00:01 netns a
ip -n sw link set p1 master br0
ip -n sw link set p1 up
ip -n a addr add 10.0.0.1/24 dev eth0
ip -n a link set eth0 up
ip -n sw link add link br0 name br0.5 type vlan id 5
ip -n sw addr add 10.5.0.254/24 dev br0.5
ip -n sw link set br0.5 up
ip -n sw link add m0 link br0 address 02:00:00:00:01:05 type macvlan mode bridge
ip -n sw link set m0 up
ip -n sw route add 10.9.0.0/16 via 10.0.0.1
#%% run
ip netns exec a ping -c 1 -W 1 10.0.0.254
bash -c 'ip -n a link set eth0 down; ip -n sw -br link; ip -n sw route; ip -n sw neigh; bridge -n sw link'
sleep 1.5
bash -c 'ip -n sw -br link; ip -n sw route; ip -n sw neigh; bridge -n sw link'
bash -c 'ip -n a link set eth0 up; ip -n sw -br link; ip -n sw route; ip -n sw neigh; bridge -n sw link'
sleep 1.5
bash -c 'ip -n sw -br link; ip -n sw route; ip -n sw neigh; bridge -n sw link'
ip netns exec a ping -c 1 -W 1 10.0.0.254
bash -c 'ip -n sw link set p1 down; ip -n sw -br link; ip -n a -br link; ip -n sw route; ip -n a route; ip -n a neigh'
sleep 1.5
bash -c 'ip -n sw link set p1 up; ip -n sw -br link; ip -n a -br link; ip -n sw route; ip -n a route; ip -n a neigh'
sleep 1.5
bash -c 'ip -n sw link set p1 nomaster; ip -n sw -br link; ip -n sw route'
sleep 1.5
bash -c 'ip -n sw -br link; ip -n sw route'
bash -c 'ip -n sw link set p1 master br0; ip -n sw -br link; ip -n sw route'
sleep 1.5
bash -c 'ip -n a link set eth0 down; ip -n a link set eth0 up; ip -n sw -br link; ip -n sw neigh'
sleep 1.5
bash -c 'ip -n a link add d0 type dummy; ip -n a link set d0 up; ip -n a -br link; ip -n a link set d0 carrier off; ip -n a -br link; ip -n a link set d0 carrier on; ip -n a -br link; ip -n a link set d0 carrier off; ip -n a -br link; sleep 1.2; ip -n a -br link'
sleep 1.5
bash -c 'ip -n a link add v0 type veth peer name v0 netns b; ip -n a link set v0 up; ip -n a -br link show v0; ip -n b -br link show v0; ip -n b link set v0 up; ip -n a -br link show v0; ip -n b -br link show v0; sleep 1.2; ip -n a -br link show v0; ip -n b -br link show v0'
sleep 1.5
bash -c 'ip -n b link set v0 down; ip -n a -br link show v0; ip -n b -br link show v0; sleep 1.2; ip -n a -br link show v0'
ip -n a -d -s link show v0
#%% settle 2
